"""The plan of a run: for each stage, whether its folder is made or kept and why, estimated bytes and time, and any problems.

    stage        folder          to do   why                               in       out   time
    segment      demo/sentences  keep    complete                     862 kB    901 kB
    train-vocab  demo/vocab      make    made with other settings     901 kB    ...

Bytes and minutes of folders to make are estimates from measured rates (`core/costs.py`); bytes of existing folders are exact.
"""

import contextlib
import dataclasses
from typing import TYPE_CHECKING, Any

from bertprep.core import costs
from bertprep.core.errors import BertprepError, StoreError
from bertprep.core.fields import differences
from bertprep.core.stages import STAGES

from .checks import bytes_there, found_in, problems_of, too_little_disk
from .failures import as_object
from .layout import minutes, size, table, terminal_width

if TYPE_CHECKING:
    from bertprep.store import Manifest
    from bertprep.store.job import PlanStep

    from .console import Console
    from .road import Road


def made_from(stage: str) -> list[str]:
    """The stages whose folders a stage reads, that of its data first."""
    return [maker for _, maker in STAGES[stage].inputs if maker]


def is_read_by(stage: str, maker: str) -> bool:
    """Whether a stage reads the folder of `maker`, or one that `maker` replaces (`clean` replaces `segment`)."""
    return bool({maker, STAGES[maker].stands_for} & set(made_from(stage)))


@dataclasses.dataclass
class StagePlan:
    """What a run will do with a stage."""

    stage: str
    folder: str
    action: str  # make, resume, keep, refuse
    reason: str
    bytes_in: int | None = None
    bytes_out: int | None = None
    minutes: float | None = None
    parts: list[dict[str, Any]] = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class RoadPlan:
    """The stages in order, and the problems that would stop the run."""

    stages: list[StagePlan]
    problems: list[BertprepError]

    @property
    def exit_code(self) -> int:
        """The exit code that the run would have, as far as it is known."""
        return self.problems[0].exit_code if self.problems else 0


def made(road: "Road") -> RoadPlan:
    """Make the plan of a run; reads manifests and the beginnings of files, and writes nothing."""
    problems = problems_of(road)
    text, stages = 0, list[StagePlan]()
    for stage in road.stages:
        found = _stage(road, stage, stages, problems)
        if stage == "segment":
            text = found_bytes(road)
        stages.append(found)
        _expect(road, found, text)
    to_make = [each for each in stages if each.action in ("make", "resume")]
    needed = costs.disk_needed({each.stage: each.bytes_out or 0 for each in to_make}, text)
    if warning := too_little_disk(road.root, needed - sum(bytes_there(each.folder) for each in to_make)):
        road.console.warn(warning)
    return RoadPlan(stages, list({str(problem): problem for problem in problems}.values()))


def found_bytes(road: "Road") -> int:
    """Approximate bytes of text in the corpus; 0 if unknown."""
    from bertprep.corpus.detection import text_bytes

    try:
        return sum(map(text_bytes, road.cut.sources))
    except BertprepError:  # reported as a problem of the stage
        return 0


def _stage(road: "Road", stage: str, before: list[StagePlan], problems: list[BertprepError]) -> StagePlan:
    """The plan of a stage, given those before it; adds what would stop it to `problems`."""
    folder = road.folder_of(stage)
    made_before = [each.stage for each in before if is_read_by(stage, each.stage) and each.action != "keep"]
    if refused := _refusal(road, stage, folder):
        problems.append(refused)
        return StagePlan(stage, folder, "refuse", str(refused).partition(": ")[2])
    if stage == "train":
        return _training(road, folder, made_before)
    if made_before:
        reason = f"made from {made_before[0]}, which will be made"
        if _manifest(stage, folder) and not road.overwrites(stage):
            reason += "; kept if that is as before, else --overwrite is needed"
        return StagePlan(stage, folder, "make", reason)
    if stage == "segment" and "-" in road.corpus and not road.is_dry:
        return StagePlan(stage, folder, "make", "standard input is read once")
    steps: list[PlanStep] = []
    found = found_in(lambda: steps.extend(road.plan_of(stage)))
    if found:
        problems += found
        return StagePlan(stage, folder, "refuse", "see the problem below")
    parts = [{"part": step.part, "make": step.wanted, "reason": step.reason} for step in steps]
    wanted = [step for step in steps if step.wanted]
    if not wanted:
        return StagePlan(stage, folder, "keep", steps[0].reason if steps else "complete", parts=parts)
    action = "make" if len(wanted) == len(steps) else "resume"
    return StagePlan(stage, folder, action, wanted[0].reason, parts=parts)


def _refusal(road: "Road", stage: str, folder: str) -> BertprepError | None:
    """The error if the folder of a stage was made with other settings and --overwrite is not given, else None."""
    if road.overwrites(stage):
        return None
    before = _settings_there(stage, folder)
    if before is None:
        return None
    wanted = {name: value for name, value in road.settings[stage].as_dict().items() if name in before}
    if stage == "train":  # leave out settings that training chooses itself if they are not given, or that may change
        from bertprep.train.output import FREE_TO_CHANGE

        unset = {name for name, value in wanted.items() if value is None}
        before = {name: value for name, value in before.items() if name not in (*FREE_TO_CHANGE, *unset)}
        wanted = {name: value for name, value in wanted.items() if name in before}
    changes = differences({name: before[name] for name in wanted}, wanted)
    if not changes:
        return None
    return StoreError(
        f"{folder}: was made with other settings: {'; '.join(changes)}. Use --overwrite to replace it, or choose another -o"
    )


def _settings_there(stage: str, folder: str) -> dict[str, Any] | None:
    """The settings with which a folder was made; None if it has no output of this stage."""
    manifest = _manifest(stage, folder)
    if manifest is not None:
        return dict(manifest.settings)
    if stage == "train" and _is_model(folder):
        from bertprep.train.history import read_training

        with contextlib.suppress(BertprepError):  # reported when the stage begins
            return dict(read_training(folder)["settings"])
    return None


def _manifest(stage: str, folder: str) -> "Manifest | None":
    from bertprep import store

    try:
        return None if stage == "train" else store.read_manifest(folder, stage)
    except StoreError:
        return None


def _is_model(folder: str) -> bool:
    from bertprep import store
    from bertprep.train.history import MODEL

    return store.folder_at(folder).size(MODEL) is not None


def _training(road: "Road", folder: str, made_before: list[str]) -> StagePlan:
    there = _is_model(folder)
    if road.overwrites("train") and there:
        return StagePlan("train", folder, "make", "--overwrite")
    if made_before:
        return StagePlan("train", folder, "make", f"made from {made_before[0]}, which will be made")
    if not there:
        return StagePlan("train", folder, "make", "missing")
    from bertprep.train.history import read_metrics

    finished = False
    with contextlib.suppress(BertprepError):  # reported when the stage begins
        lines = read_metrics(folder)
        finished = bool(lines) and bool(lines[-1].get("summary", {}).get("finished"))
    return StagePlan("train", folder, "keep" if finished else "resume", "complete" if finished else "stopped early")


def _expect(road: "Road", plan: StagePlan, text: int) -> None:
    """Fill in bytes and minutes: actual bytes of a folder that is kept, else estimates."""
    if plan.action == "keep":
        manifest = _manifest(plan.stage, plan.folder)
        plan.bytes_out = sum(part["bytes"] for part in manifest.content["parts"]) if manifest else None
        return
    if plan.action == "refuse" or not text:
        return
    above = made_from(plan.stage)[:1]
    plan.bytes_in = round(costs.RATES[above[0]].output * text) if above else text
    if plan.stage == "train":
        from bertprep.train.settings import DEFAULT_MODEL

        settings = road.settings["train"]
        model = settings.model or DEFAULT_MODEL
        rows = costs.ROWS * text / 1e6
        wanted = settings.steps * settings.batch_size if settings.steps else settings.epochs * rows
        vocabulary = road.vocabulary_size
        plan.bytes_out = costs.model_bytes(model, vocabulary, settings.keep)
        plan.minutes = costs.training_seconds(model, wanted * costs.TOKENS / costs.ROWS, vocabulary) / 60
        return
    copies = getattr(road.settings[plan.stage], "copies", 1)
    plan.bytes_out = round(costs.RATES[plan.stage].output * text * copies)
    workers = road.executions[plan.stage].workers
    plan.minutes = costs.seconds_of(plan.stage, text * copies, workers or _cores()) / 60


def _cores() -> int:
    from bertprep.processes.runner import usable_cores

    return usable_cores()


def show(console: "Console", plan: RoadPlan) -> int:
    """Show the plan as a table, and the problems; returns the exit code that the run would have."""
    rows = [
        [
            each.stage,
            each.folder,
            each.action,
            each.reason,
            size(each.bytes_in),
            size(each.bytes_out),
            minutes(each.minutes),
        ]
        for each in plan.stages
    ]
    lines = table(["stage", "folder", "to do", "why", "in", "out", "time"], rows, terminal_width())
    total = sum(each.minutes or 0 for each in plan.stages)
    grows = sum(each.bytes_out or 0 for each in plan.stages if each.action in ("make", "resume"))
    lines.append(
        "nothing was written"
        if not grows
        else f"estimate: about {size(grows)} of disk, {minutes(total)} (training on two cores), by the rates in docs/scale.md; "
        "nothing was written"
    )
    for problem in plan.problems:
        lines.append(f"problem: {problem}")
    if plan.problems:
        lines.append(f"the run would end with exit code {plan.exit_code}")
    content = {
        "plan": [dataclasses.asdict(each) for each in plan.stages],
        "problems": [as_object(each.exit_code, [str(each)]) for each in plan.problems],
        "exit_code": plan.exit_code,
    }
    console.result(lines, content)
    return plan.exit_code
