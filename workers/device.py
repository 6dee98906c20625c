"""CPU or GPU: decided once, said in the log."""

from __future__ import annotations

import os
from dataclasses import dataclass

import structlog
import torch
from threadpoolctl import threadpool_limits

from core.errors import BadInput
from core.said import said
from core.settings import Worker

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Device:
    """Where sums are done: ``name`` is torch's; ``batch`` songs are heard together, decoded by ``threads`` threads."""

    name: str
    batch: int
    threads: int


def one_thread() -> None:
    """From now on sums of this process are done by one thread: there are as many processes as the operator wants.

    NumPy's BLAS is told too: its idle threads would spin, and take the processor from the others.
    """
    torch.set_num_threads(1)
    threadpool_limits(1)


def device_for(settings: Worker) -> Device:
    """What the settings ask for and the machine has. Raises BadInput where a GPU is asked for and there is none.

    A CPU hears one song after the other, because its caches hold no more; a GPU many, because it idles otherwise.
    """
    usable = settings.device != "cpu" and torch.cuda.is_available()
    if settings.device == "cuda" and not usable:
        raise BadInput(problem=said("YASR_WORKER__DEVICE is cuda, but torch finds no GPU that it can use"))
    if usable:
        chosen = Device("cuda", settings.batch or 32, os.cpu_count() or 1)
    else:
        chosen = Device("cpu", settings.batch or 1, 1)
    log.info("device", device=chosen.name, batch=chosen.batch)
    return chosen
