# One image, three commands: up (everything; the default), bot, worker.
#
#     docker build --tag yasr .
#     docker run --init --rm -p 127.0.0.1:8787:8787 -v yasr:/data yasr
#
# To install a smaller torch without CUDA, name PyTorch's index of CPU wheels:
#     docker build --build-arg PIP_EXTRA_INDEX_URL=… --tag yasr .

ARG PYTHON=3.11

FROM python:${PYTHON}-slim-bookworm AS build
ARG PIP_EXTRA_INDEX_URL
RUN python -m venv /opt/yasr
ENV PATH=/opt/yasr/bin:$PATH PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /src
# The libraries come first and alone: this layer is built again only when a version changes.
COPY pyproject.toml constraints.txt ./
RUN touch README.md LICENSE && pip install --constraint constraints.txt .
COPY README.md LICENSE ./
COPY core core
COPY bot bot
COPY workers workers
RUN pip install --no-deps --force-reinstall .

FROM python:${PYTHON}-slim-bookworm
COPY --from=build /opt/yasr /opt/yasr
RUN useradd --uid 1000 --create-home yasr && install --directory --owner=yasr --group=yasr --mode=0700 /data
USER yasr
WORKDIR /data
ENV PATH=/opt/yasr/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    NUMBA_CACHE_DIR=/data/compiled \
    YASR_STATE_DIR=/data \
    YASR_WEB__HOST=0.0.0.0 \
    YASR_WEB__PORT=8787
VOLUME /data
EXPOSE 8787
# For up and bot, which serve the page; a worker has none, so run it with --no-healthcheck.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD ["python", "-c", "\
import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{os.environ[\"YASR_WEB__PORT\"]}/healthz', timeout=4)"]
ENTRYPOINT ["yasr"]
CMD ["up"]
