"""What Spark did is summed by the model that was built when its stages began."""

import json

from benchmarking.spark_log import BETWEEN, Work, total, work_of_models


def test_tasks_are_of_the_model_that_was_built_when_their_stage_began(tmp_path):
    events, target = tmp_path / "events", tmp_path / "target"
    events.mkdir()
    target.mkdir()
    (target / "run_results.json").write_text(json.dumps({"results": [built("users", 10, 20)]}))
    lines = [
        task(stage=1, at=12, shuffled=100, result=5),
        task(stage=1, at=19, shuffled=50, result=7),
        task(stage=2, at=15, shuffled=120, rows=9),
        task(stage=3, at=25, spilled=8),
        task(stage=4, at=16, rows=90),
        {
            "Event": "SparkListenerStageCompleted",
            "Stage Info": {"Stage ID": 4, "RDD Info": [{"Scope": "AQEShuffleRead"}]},
        },
        {"Event": "SparkListenerJobEnd"},
    ]
    log = "\n".join(json.dumps(line, separators=(",", ":")) for line in lines)
    (events / "local-1").write_text(log)
    found = work_of_models(events, target)
    users = Work(
        seconds=10, processor_seconds=4, read_bytes=4, shuffle_bytes=270, stage_shuffle_bytes=150,
        stage_result_bytes=12, lone_task_rows=9,
    )  # fmt: skip
    after = Work(processor_seconds=1, read_bytes=1, spilled_bytes=8)
    assert found == {"users": users, BETWEEN: after}
    every = total(found)
    assert (every.seconds, every.processor_seconds, every.spilled_bytes) == (10, 5, 8)
    assert (every.shuffle_bytes, every.stage_shuffle_bytes) == (270, 150)


def built(name: str, start: int, end: int) -> dict:
    times = {"started_at": f"1970-01-01T00:00:{start}Z", "completed_at": f"1970-01-01T00:00:{end}Z"}
    return {"unique_id": f"model.reelrank.{name}", "timing": [times]}


def task(stage: int, at: int, shuffled=0, spilled=0, rows=0, result=0) -> dict:
    return {
        "Event": "SparkListenerTaskEnd",
        "Stage ID": stage,
        "Task Info": {"Launch Time": at * 1000},
        "Task Metrics": {
            "Executor CPU Time": 1e9,
            "Result Size": result,
            "Disk Bytes Spilled": spilled,
            "Input Metrics": {"Bytes Read": 1},
            "Shuffle Read Metrics": {"Total Records Read": rows},
            "Shuffle Write Metrics": {"Shuffle Bytes Written": shuffled},
        },
    }
