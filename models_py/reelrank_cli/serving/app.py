"""The answers over HTTP; every one is small and made from memory."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import FastAPI, HTTPException, Query, Request, Response
from fastapi.responses import JSONResponse

from reelrank_cli.serving.snapshot import Snapshot
from reelrank_cli.serving.watching import Served

Id = Annotated[str, Query(min_length=1, max_length=200, description="as the log has it")]


def make_app(served: Served, list_length: int) -> FastAPI:
    """Make the application; `list_length` is the largest k."""

    @asynccontextmanager
    async def watching(_: FastAPI) -> AsyncIterator[None]:
        served.start()
        yield
        served.stop()

    app = FastAPI(
        title="Reelrank", lifespan=watching, exception_handlers={Exception: _describe_fault}
    )
    _add_answers(app, served, list_length)

    @app.get("/health")
    async def health() -> Response:
        """Which run is served since when."""
        facts = served.snapshot.facts | {
            "status": "ok" if served.problem is None else "stale",
            "problem": served.problem,
            "loaded_at": served.loaded_at,
            "user_count": len(served.snapshot.lists.places),
            "video_count": len(served.snapshot.video_ids),
        }
        return _json(facts)

    return app


def _add_answers(app: FastAPI, served: Served, list_length: int) -> None:
    """Add what is asked about users and videos."""
    count = Annotated[int, Query(ge=1, le=list_length, description="how many")]

    @app.get("/recommend")
    async def recommend(user: Id, k: count = 10) -> Response:
        """Give the list of a user, best first."""
        snapshot = served.snapshot
        return _answer(
            snapshot, {"user": user}, snapshot.lists.get(user, k), f"list for user {user!r}"
        )

    @app.get("/similar")
    async def similar(video: Id, k: count = 10) -> Response:
        """Give the videos nearest by ALS vectors."""
        snapshot = served.snapshot
        rows = snapshot.similar(video, k)
        return _answer(snapshot, {"video": video}, rows, f"vector of video {video!r}")

    @app.get("/explain")
    async def explain(user: Id, video: Id) -> Response:
        """Why a video is at the top of a user's list."""
        snapshot = served.snapshot
        rows = snapshot.explain(user, video)
        what = f"explanation of video {video!r} for user {user!r}: it is not at the top of a list"
        return _answer(snapshot, {"user": user, "video": video}, rows, what)


async def _describe_fault(_: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"detail": type(error).__name__}, status_code=500)


def _answer(snapshot: Snapshot, asked: dict, rows: list[dict] | None, what: str) -> Response:
    if rows is None:
        raise HTTPException(404, f"Run {snapshot.facts['run_id']} has no {what}.")
    named = {name: snapshot.facts[name] for name in ("run_id", "is_simulated")}
    return _json(named | asked | {"rows": rows})


def _json(content: dict) -> Response:
    return Response(json.dumps(content, ensure_ascii=False), media_type="application/json")
