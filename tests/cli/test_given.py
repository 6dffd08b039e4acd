"""Precedence of option values: command line, environment variables and config file, by the same rule in `run` and the stages."""

import dataclasses
import itertools
import json

import click
import pytest
from bertprep_cli import data, exclusions, road_plan
from bertprep_cli import road as running
from bertprep_cli import train as training
from bertprep_cli.config import ConfigOption, variable
from bertprep_cli.help import HelpAll
from bertprep_cli.main import COMMANDS, cli, run
from each import each
from hypothesis import given, settings
from hypothesis import strategies as st

from bertprep.core.errors import UsageError
from bertprep.core.stages import STAGES
from bertprep.corpus.formats import FORMATS

RUN_NAMES = {("train-vocab", "size"): "vocab_size", ("train-vocab", "model"): "vocab_model"}
OTHERS = [name for name in COMMANDS if name not in STAGES and name != "run"]


def command_of(name):
    return cli.get_command(click.Context(cli), name)


def options_of(name):
    return [
        param
        for param in command_of(name).params
        if isinstance(param, click.Option) and not isinstance(param, ConfigOption | HelpAll)
    ]


def samples(field):
    """Two values that a setting accepts, neither of them the default."""
    meta = field.metadata
    if meta["choices"]:
        return [choice for choice in meta["choices"] if choice != field.default][:2] * 2
    if "bool" in str(field.type):
        return [not field.default, field.default is None]
    if "int" in str(field.type):
        return [(meta["minimum"] or 0) + 2, (meta["minimum"] or 0) + 3]
    if field.name == "encoding":
        return ["latin-1", "gb18030"]
    if field.name == "save_at_words":
        return ["1K", "2K"]
    if field.name == "rules":
        return ["none", "gopher"]
    least = meta["minimum"] or 0
    return [least + 0.12, least + 0.19] if "float" in str(field.type) else ["de", "fr"]


FIELDS = [
    (stage, field)
    for stage in STAGES
    for field in dataclasses.fields(STAGES[stage].settings)
    if field.metadata["unit"] not in ("file", "lines file", "config.json")
]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """An empty current folder, because options are tested with values that name files."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    """Parse a command line: asked(arguments, variables, tables) -> settings by stage, or the exit code."""
    folder = tmp_path_factory.mktemp("asked")

    def ask(arguments, variables=None, tables=None):
        found = {}

        def stop(self):
            found.update(self.settings)

        def take(kind, values, *_):
            found[arguments[0]] = kind(**{field.name: values[field.name] for field in dataclasses.fields(kind)})
            raise UsageError("enough")

        (folder / "settings.toml").write_text(toml(tables or {}), encoding="utf-8")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(running.Road, "go", stop)
            patch.setattr(road_plan, "made", lambda road: road_plan.RoadPlan([], []))  # the places are not there
            for module in (data, training):
                patch.setattr(module, "settings_from", take)
            for name, value in (variables or {}).items():
                patch.setenv(name, value)
            code = run(["--config", str(folder / "settings.toml"), *map(str, arguments)])
        return found if found else code

    return ask


def toml(tables):
    lines = []
    for name, values in tables.items():
        lines += [f"[{name}]", *(f"{key} = {toml_value(value)}" for key, value in values.items())]
    return "\n".join(lines)


def toml_value(value):
    return str(value).lower() if isinstance(value, bool) else f'"{value}"' if isinstance(value, str) else str(value)


def flag(command, option, value):
    """The words of the command line that set an option to a value."""
    (param,) = [param for param in options_of(command) if param.name == option]
    if param.is_flag:
        return [param.opts[0] if value else param.secondary_opts[0]]
    return [max(param.opts, key=len), str(value)]


LINE = {"train-vocab": ["s"], "build-pairs": ["s", "--vocab", "v"]}
ASKED_FOR = {"clean": ["--clean"]}  # what makes an optional stage part of a run
PLACES = ("flag", "run variable", "stage variable", "run table", "stage table")


@settings(max_examples=150)
@given(st.sampled_from(FIELDS), st.dictionaries(st.sampled_from(PLACES), st.sampled_from([0, 1])))
def test_run_uses_the_value_of_highest_precedence_and_refuses_two_equal_ones(asked, of, places):
    stage, field = of
    in_run = RUN_NAMES.get((stage, field.name), field.name)
    value = {place: samples(field)[number] for place, number in places.items()}
    arguments, variables, tables = ["run", "corpus", "-o", "out", *ASKED_FOR.get(stage, [])], {}, {}
    if "flag" in value:
        arguments += flag("run", in_run, value["flag"])
    if "run variable" in value:
        variables[variable("run", in_run)] = str(value["run variable"])
    if "stage variable" in value:
        variables[variable(stage, field.name)] = str(value["stage variable"])
    if "run table" in value:
        tables["run"] = {in_run: value["run table"]}
    if "stage table" in value:
        tables[stage] = {field.name.replace("_", "-"): value["stage table"]}
    got = asked(arguments, variables, tables)
    for near in ("flag",), ("run variable", "stage variable"), ("run table", "stage table"):
        given_here = {value[place] for place in near if place in value}
        if len(given_here) == 2:
            assert got == 2
            return
        if given_here:
            assert getattr(got[stage], field.name) == given_here.pop()
            return
    assert getattr(got[stage], field.name) == field.default


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("by", ["variable", "table"])
def test_a_stage_has_the_same_settings_alone_and_within_run(stage, by, asked):
    chosen = {
        field.name: samples(field)[0]
        for of, field in FIELDS
        if of == stage and field.name not in ("mask_replace_prob", "format", "epochs", "short_probability")
    }
    variables = {variable(stage, name): str(value) for name, value in chosen.items()} if by == "variable" else {}
    tables = {stage: chosen} if by == "table" else {}
    line = ["run", "corpus", "-o", "out", *ASKED_FOR.get(stage, [])]
    within = asked(line, variables, tables)
    alone = asked([stage, *LINE.get(stage, ["corpus"]), "-o", "out"], variables, tables)
    assert within[stage] == alone[stage]
    assert {name: getattr(within[stage], name) for name in chosen} == chosen
    untouched = asked(line)
    assert {name: found for name, found in within.items() if name != stage} == {
        name: found for name, found in untouched.items() if name != stage
    }


@pytest.mark.parametrize("name", OTHERS)
def test_the_table_of_a_command_that_is_no_stage_changes_nothing_in_run(name, asked):
    values = {}
    for param in options_of(name):
        kind = param.type.name
        values[param.name] = (
            True if param.is_flag else param.type.choices[-1] if kind == "choice" else 2 if "int" in kind else "x"
        )
    assert asked(["run", "corpus", "-o", "out"], tables={name: values}) == asked(["run", "corpus", "-o", "out"])


def test_seeds_that_differ_are_kept_apart(asked):
    tables = {"build-pairs": {"seed": 1}, "mask": {"seed": 2}, "train": {"seed": 3}}
    got = asked(["run", "corpus", "-o", "out"], tables=tables)
    assert [got[stage].seed for stage in tables] == [1, 2, 3]
    got = asked(["run", "corpus", "-o", "out", "--seed", 5], tables=tables)
    assert [got[stage].seed for stage in tables] == [5, 5, 5]


def test_execution_options_can_be_set_for_a_stage_too(tmp_path, sample_corpus, command, monkeypatch):
    out = tmp_path / "out"
    line = [
        "run",
        sample_corpus / "english",
        "-o",
        out,
        "--until",
        "mask",
        "--vocab-size",
        500,
        "--workers",
        1,
        "--quiet",
    ]
    assert command(*line)[0] == 0
    before = {folder.name: (folder / "manifest.json").stat().st_mtime_ns for folder in out.iterdir() if folder.is_dir()}
    monkeypatch.setenv("BERTPREP_MASK_OVERWRITE", "1")
    assert command(*line)[0] == 0
    after = {folder.name: (folder / "manifest.json").stat().st_mtime_ns for folder in out.iterdir() if folder.is_dir()}
    assert {name for name in before if before[name] != after[name]} == {"shards"}


def test_a_stage_that_would_make_nothing_stops_run_before_it_begins(tmp_path, sample_corpus, command, monkeypatch):
    monkeypatch.setenv("BERTPREP_MASK_DRY_RUN", "1")
    code, _, err = command("run", sample_corpus, "-o", tmp_path / "out")
    assert code == 2 and "BERTPREP_MASK_DRY_RUN" in err and not (tmp_path / "out").exists()


# -- variables --------------------------------------------------------------------------------------------------------

OPTIONS = [(name, param.name) for name in COMMANDS for param in options_of(name)]


@pytest.mark.parametrize("name", COMMANDS)
def test_options_variables_and_keys_have_one_name(name):
    for param in options_of(name):
        assert max(param.opts, key=len) == "--" + param.name.replace("_", "-")


@each("name, option", OPTIONS)
def test_a_variable_that_sets_nothing_is_refused_with_a_suggestion(name, option, command, monkeypatch):
    right = variable(name, option)
    wrong = f"{right[:-2]}{right[-1]}{right[-2]}" if right[-1] != right[-2] else right + "X"
    monkeypatch.setenv(wrong, "1")
    code, out, err = command("doctor")
    assert (code, out) == (2, "")
    assert wrong in err and f"did you mean {right}?" in err
    monkeypatch.delenv(wrong)


def test_variables_of_other_commands_are_no_mistake(command, monkeypatch):
    for name, option in OPTIONS:
        if name != "doctor":
            monkeypatch.setenv(variable(name, option), "1")
    assert command("doctor", "--json")[0] == 0


@pytest.mark.parametrize(
    "name",
    [
        "BERTPREP_",
        "BERTPREP_SEED",
        "BERTPREP_MASK",
        "BERTPREP_MASK_",
        "BERTPREP_MASK_CONFIG",
        "BERTPREP_WORKERS",
        "BERTPREP_VERSION",
    ],
)
def test_any_other_variable_of_ours_is_refused(name, command, monkeypatch):
    monkeypatch.setenv(name, "1")
    code, _, err = command("doctor")
    assert code == 2 and name in err


def test_the_variables_of_the_tool_itself_are_none_of_those(command, monkeypatch, tmp_path):
    (tmp_path / "settings.toml").write_text("[doctor]\njson = true\n")
    monkeypatch.setenv("BERTPREP_TRACEBACK", "1")
    monkeypatch.setenv("BERTPREP_CONFIG", str(tmp_path / "settings.toml"))
    code, out, _ = command("doctor")
    assert code == 0 and out.startswith("{")


# -- the file ---------------------------------------------------------------------------------------------------------


def config(tmp_path, text, name="settings.toml"):
    (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path / name


@pytest.mark.parametrize("name", COMMANDS)
def test_the_file_may_be_given_before_or_after_the_command(name, command, tmp_path):
    path = config(tmp_path, f"[{name}]\nno-such-option = 1\n")
    rest = ["x"] * sum(isinstance(param, click.Argument) for param in command_of(name).params)
    for line in (["--config", path, name, *rest], [name, "--config", path, *rest], [name, *rest, "--config", path]):
        code, _, err = command(*line)
        assert code == 2 and f"[{name}] has no option no-such-option" in err


def test_the_file_after_the_command_works_like_the_one_before_it(tmp_path, command):
    path = config(tmp_path, "[doctor]\njson = true\n")
    assert command("doctor", "--config", path)[1].startswith("{")
    assert command("--config", path, "doctor")[1].startswith("{")


def test_several_fields_are_refused_where_one_is_named(tmp_path, command):
    for option in ("--id-field", "--title-field", "--source-field"):
        for name in ("segment", "run"):
            for words in ([option, "a", option, "b"], [f"{option}=a", option, "b"], [f"{option}=a", f"{option}=b"]):
                code, _, err = command(name, tmp_path / "no.jsonl", "-o", tmp_path / "out", *words)
                assert code == 2 and f"{option} is given as" in err and " and as " in err
    assert (
        "is given as" not in command("segment", "no.jsonl", "-o", tmp_path / "out", "--id-field=a", "--id-field=a")[2]
    )


def test_several_text_fields_are_one_setting_however_they_are_given(tmp_path, command, monkeypatch):
    lines = tmp_path / "a.jsonl"
    lines.write_text('{"title": "Mills and wind", "text": "They grind corn."}\n{"text": "It rains."}\n')
    path = config(tmp_path, '[segment]\ntext-field = ["title", "text"]\n')
    name = "BERTPREP_SEGMENT_TEXT_FIELD"
    given = (
        (["segment", "--text-field", "title", lines, "--text-field=text"], ""),
        (["segment", lines, "--text-field", "title,text"], ""),
        (["--config", path, "segment", lines], ""),
        (["segment", lines], "title,text"),
    )
    for words, value in given:
        monkeypatch.delenv(name, raising=False)
        if value:
            monkeypatch.setenv(name, value)
        code, out, err = command(*words, "-o", tmp_path / "out")  # the same settings, so there is nothing to do
        assert code == 0, err
    assert json.loads((tmp_path / "out" / "manifest.json").read_text())["settings"]["text_field"] == "title,text"
    assert "1 document without title" in out
    code, out, err = command("segment", lines, "-o", tmp_path / "other", "--text-field", "text,titel")
    assert code == 0 and "no document has text in titel, which --text-field names" in err


def test_two_files_are_refused_and_the_flag_comes_before_the_variable(tmp_path, command, monkeypatch):
    one, other = config(tmp_path, "[doctor]\njson = true\n"), config(tmp_path, "nonsense", "other.toml")
    code, _, err = command("--config", one, "doctor", "--config", other)
    assert code == 2 and "--config is given twice" in err
    monkeypatch.setenv("BERTPREP_CONFIG", str(other))
    assert command("doctor", "--config", one)[0] == 0
    assert command("--config", one, "doctor")[0] == 0
    assert command("doctor")[0] == 2


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[mask]\nseed = 1.5", "--seed"),
        ("[mask]\nseed = true", "--seed"),
        ("[mask]\nseed = [1]", "seed = [1]; expected a single value"),
        ("[mask]\nseed = {a = 1}", "seed = {'a': 1}; expected a single value"),
        ("[mask]\nseed = 2026-01-01", "expected a single value"),
        ("[mask]\nmask-prob = inf", "--mask-prob is inf"),
        ("[mask]\nmask-prob = nan", "--mask-prob is nan"),
        ("[mask]\nmask-prob = 0.1\nmask_prob = 0.2", "mask_prob twice"),
        ("[mask]\noverwrite = 7", "--overwrite"),
        ("[mask]\nstrategy = 3", "--strategy"),
        ("[mask]\nconfig = 'x'", "has no option config"),
        ("mask = 1", "mask = 1 is not a table"),
        ("[segment]\ndrop-duplicates = true", "drop-duplicates; write keep-duplicates = false"),
        ("[segment]\nkeep_unicode = true", "keep_unicode; write unicode-nfc = false"),
        ("[[mask]]\nseed = 1", "is not a table"),
    ],
)
def test_a_value_of_another_kind_is_refused_by_its_name(text, message, tmp_path, command):
    name = "segment" if "[segment]" in text else "mask"
    code, _, err = command(name, "pairs", "-o", tmp_path / "out", "--config", config(tmp_path, text))
    assert code == 2 and message in err and "defect" not in err


# -- options that exclude each other ----------------------------------------------------------------------------------

# listed again, so that a change of the table is noticed; with the values of the other option that are allowed
EXCLUDED = {
    **{
        ("segment", option, "format"): {"auto"} | {name for name, each in FORMATS.items() if option in each.options}
        for option in sorted({option for each in FORMATS.values() for option in each.options})
    },
    ("segment", "abbreviations", "splitter"): {"rules"},
    ("segment", "validation", "validation_ids"): set(),
    ("segment", "validation", "validation_share"): set(),
    ("segment", "validation_ids", "validation_share"): set(),
    **{
        ("train-vocab", option, "extend"): set() for option in ("model", "size", "lowercase", "strip_accents", "unused")
    },
    ("build-pairs", "short_probability", "pairing"): {"matched", "original", "order", "none"},
    ("train", "model", "model_config"): set(),
    ("train", "model", "init_from"): set(),
    ("train", "model_config", "init_from"): set(),
    ("train", "epochs", "steps"): set(),
    ("train", "initialization", "init_from"): set(),
    **{
        ("train", option, "decay_from"): set()
        for option in ("init_from", "initialization", "model", "model_config", "epochs", "steps", "resume")
    },
    ("train", "overwrite", "resume"): set(),
    ("predict", "top", "next"): set(),
    ("predict", "pieces", "next"): set(),
    ("inspect", "seed", "row"): set(),
}
ARGUMENTS = {
    name: ["x"] * sum(isinstance(param, click.Argument) for param in command_of(name).params) for name in COMMANDS
}


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("files")
    (folder / "config.json").write_text("{}")
    (folder / "words.txt").write_text("etc. = $1")
    return {"json": folder / "config.json", "path": folder / "words.txt"}


def lines_of(name, param, files):
    """The words of the command line for each tested value of an option, with the value."""
    option = max(param.opts, key=len)
    if param.is_flag:
        return [([option], True)] + [([one], False) for one in param.secondary_opts]
    if isinstance(param.type, click.Choice):
        return [([option, one], one) for one in param.type.choices]
    field = next((one for stage, one in FIELDS if stage == name or name == "run" if one.name == param.name), None)
    value = samples(field)[0] if field else files.get(param.type.name, "3")
    return [([option, str(value)], value)]


def refusal(name, words):
    """The error message of parsing a command line, or None."""
    try:
        command_of(name).make_context(name, [*ARGUMENTS[name], *words])
    except UsageError as error:
        return str(error)
    return None


@pytest.mark.parametrize("name", [name for name in COMMANDS if name != "run"])
def test_of_all_pairs_those_of_the_table_exclude_each_other_and_no_others(name, files):
    params = [param for param in options_of(name) if param.name != "ray_address"]
    for pair in itertools.combinations(params, 2):
        one, other = pair if (name, pair[1].name, pair[0].name) not in EXCLUDED else reversed(pair)
        needed = [
            word
            for param in params
            if param.required and param not in (one, other)
            for word in lines_of(name, param, files)[0][0]
        ]
        fits = EXCLUDED.get((name, one.name, other.name))
        for (first, _), (second, value) in itertools.product(lines_of(name, one, files), lines_of(name, other, files)):
            told = refusal(name, [*needed, *first, *second])
            if fits is not None and value not in fits:
                assert told and max(one.opts, key=len) in told and max(other.opts, key=len) in told, (first, second)
            else:
                assert told is None, (first, second)


@pytest.mark.parametrize("stage", [stage for stage in STAGES if stage != "train"])
def test_the_address_of_a_cluster_needs_the_runner_for_it(stage):
    needed = ["-o", "y", *(["--vocab", "y"] if stage == "build-pairs" else []), "--ray-address", "auto"]
    assert "--runner" in refusal(stage, needed)
    assert "--runner" in refusal(stage, [*needed, "--runner", "local"])
    assert refusal(stage, [*needed, "--runner", "ray"]) is None


AT_STAGE = {"clean": "clean", "extend": "train-vocab", "vocab": "build-pairs", "init_from": "train"}  # not settings


def test_run_refuses_options_of_stages_that_it_does_not_reach(files):
    """All options of all stages, with all stages of --until, and with --vocab."""
    names = list(STAGES)
    for param in [param for param in options_of("run") if param.name not in ("until", "ray_address")]:
        first = next(
            (
                number
                for number, stage in enumerate(names)
                for field in dataclasses.fields(STAGES[stage].settings)
                if RUN_NAMES.get((stage, field.name), field.name) == param.name
            ),
            names.index(AT_STAGE.get(param.name or "", "segment")),
        )
        first_name = names[first] if param.name != "clean" else ""
        for words, _ in lines_of("run", param, files):
            for number, until in enumerate(names):
                told = refusal("run", ["-o", "y", *words, *ASKED_FOR.get(first_name, []), "--until", until])
                assert bool(told) == (number < first), (words, until, told)
                assert not told or "--until" in told
            told = refusal("run", ["-o", "y", *words, *ASKED_FOR.get(first_name, []), "--vocab", "v"])
            assert bool(told) == (first_name == "train-vocab"), words
            if first_name in ASKED_FOR:
                assert "--clean" in refusal("run", ["-o", "y", *words])


OF_RUN = {param.name for param in command_of("run").params}


@pytest.mark.parametrize(
    ("stage", "one", "other"),
    [
        key
        for key in EXCLUDED
        if key[0] in STAGES
        and key[1:] != ("overwrite", "resume")
        and OF_RUN.issuperset(key[1:])
        and not any(
            (key[0], name) in RUN_NAMES for name in key[1:]
        )  # `run` has an option of that name for another stage
    ],
)
def test_run_refuses_what_its_stages_refuse(stage, one, other, command, files, tmp_path):
    by_name = {param.name: param for param in options_of("run")}
    fits = EXCLUDED[stage, one, other]
    for (first, _), (second, value) in itertools.product(
        lines_of("run", by_name[one], files), lines_of("run", by_name[other], files)
    ):
        if value not in fits:
            code, _, err = command("run", "x", "-o", tmp_path / "out", *first, *second)
            assert code == 2 and max(by_name[one].opts, key=len) in err
            assert "exclude" in err or "no effect" in err


def test_of_two_that_exclude_each_other_the_one_with_precedence_holds(asked, files):
    line = ["train", "x", "-o", "y"]
    by_steps = asked([*line, "--steps", 7], tables={"train": {"epochs": 5}})["train"]
    assert (by_steps.steps, by_steps.epochs) == (7, 3.0)
    by_epochs = asked([*line, "--epochs", 5], tables={"train": {"steps": 7}})["train"]
    assert (by_epochs.steps, by_epochs.epochs) == (None, 5.0)
    by_epochs = asked([*line, "--epochs", 5], {"BERTPREP_TRAIN_STEPS": "7"})["train"]
    assert (by_epochs.steps, by_epochs.epochs) == (None, 5.0)
    within = asked(["run", "x", "-o", "y", "--epochs", 5], {"BERTPREP_TRAIN_STEPS": "7"})["train"]
    assert (within.steps, within.epochs) == (None, 5.0)
    assert asked(line, {"BERTPREP_TRAIN_STEPS": "7", "BERTPREP_TRAIN_EPOCHS": "5"}) == 2
    assert asked(line, tables={"train": {"steps": 7, "epochs": 5}}) == 2
    lines = asked(
        ["segment", "x", "-o", "y", "--splitter", "lines"], tables={"segment": {"abbreviations": str(files["path"])}}
    )
    assert lines["segment"].abbreviations is None
    assert (
        asked(["segment", "x", "-o", "y", "--abbreviations", files["path"]], tables={"segment": {"splitter": "lines"}})
        == 2
    )


def test_the_table_names_existing_options():
    for name, pairs in exclusions.EXCLUSIONS.items():
        there = {param.name for param in options_of(name)}
        assert {one for pair in pairs for one in (pair.option, pair.other)} <= there


def test_help_says_what_is_extended_and_what_fills_it():
    for name in ("train-vocab", "run"):
        helps = {param.name: param.help for param in options_of(name)}
        assert "the WordPiece vocabulary of this BERT" in helps["extend"]
        assert "with --extend, by adding [unusedN] entries" in helps["multiple_of"]
