"""What the admins of servers have set."""

from __future__ import annotations

from pydantic import TypeAdapter
from sqlalchemy import and_, delete, func, literal, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from core.model import Server
from core.store.engine import reading, upsert
from core.store.schema import posts, requests, servers

_SERVER = TypeAdapter(Server)


class Servers:
    """Settings by front end and the platform's id of the server."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def get(self, front: str, server: str) -> Server:
        """The server's settings; the defaults for one that has set nothing."""
        query = select(servers.c.settings).where(servers.c.front == front, servers.c.server == server)
        async with reading(self._engine).connect() as connection:
            return _SERVER.validate_python(await connection.scalar(query) or {})

    async def set(self, front: str, server: str, settings: Server) -> None:
        """Keeps the settings in place of those before."""
        values = {"front": front, "server": server, "settings": _SERVER.dump_python(settings, mode="json")}
        insert = upsert(self._engine.dialect.name, servers).values(values)
        async with self._engine.begin() as connection:
            await connection.execute(insert.on_conflict_do_update(index_elements=["front", "server"], set_=values))

    async def move(self, front: str, server: str, to: str) -> None:
        """The platform calls the server by another id from now on; what is said there is found under it."""
        inside = f"{server}/"
        async with self._engine.begin() as connection:
            here = and_(servers.c.front == front, servers.c.server == server)
            await connection.execute(delete(servers).where(servers.c.front == front, servers.c.server == to))
            await connection.execute(update(servers).where(here).values(server=to))
            for table in (requests, posts):
                there = and_(table.c.front == front, table.c.place.startswith(inside, autoescape=True))
                place = literal(to) + func.substr(table.c.place, len(server) + 1)
                await connection.execute(update(table).where(there).values(place=place))
            asked = and_(requests.c.front == front, requests.c.server == server)
            await connection.execute(update(requests).where(asked).values(server=to))

    async def forget(self, front: str, server: str) -> None:
        """Forgets a server that the bot has left."""
        async with self._engine.begin() as connection:
            await connection.execute(delete(servers).where(and_(servers.c.front == front, servers.c.server == server)))
