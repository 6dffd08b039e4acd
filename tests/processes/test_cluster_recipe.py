"""The cluster recipe: its Slurm scripts run completely, with local processes as machines; Ray accepts its YAML."""

import os
import re
import subprocess
import sys
from pathlib import Path

import held
import pytest
import store_helpers as helpers
from bertprep_cli.main import run

pytestmark = pytest.mark.slow

RECIPE = Path(__file__).parents[2] / "docs" / "recipes" / "a-cluster-and-an-object-store.md"
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SCONTROL = '#!/bin/sh\n[ "$1 $2 $3" = "show hostnames machines" ] && printf "%s\\n%s\\n" $HERE $HERE\n'
# starts one copy per task; a signal ends all of them
SRUN = """#!/bin/bash
tasks=$SLURM_JOB_NUM_NODES
while [[ $1 == --* ]]; do [[ $1 == --ntasks=* ]] && tasks=${1#*=}; shift; done
trap 'kill $(jobs -p); wait; exit 143' TERM
for ((i = 0; i < tasks; i++)); do SLURM_PROCID=$i "$@" & done
code=0; for job in $(jobs -p); do wait $job || code=$?; done; exit $code
"""
TOOLS = {"bertprep": "bertprep_cli", "ray": "ray.scripts.scripts", "torchrun": "torch.distributed.run"}


def blocks(kind):
    return [text for found, text in FENCE.findall(RECIPE.read_text("utf-8")) if found == kind]


@pytest.fixture
def slurm(tmp_path):
    """The environment of a job with two machines of one core each, and replacements of Slurm's commands."""
    tools, venv = tmp_path / "tools", tmp_path / "venv" / "bin"
    venv.mkdir(parents=True)
    tools.mkdir()
    (venv / "activate").write_text("")
    calls = {name: f'#!/bin/sh\nexec {sys.executable} -m {module} "$@"\n' for name, module in TOOLS.items()}
    for name, text in {"srun": SRUN, "scontrol": SCONTROL, **calls}.items():
        (tools / name).write_text(text)
        (tools / name).chmod(0o755)
    slurm = {"JOB_ID": str(os.getpid()), "JOB_NUM_NODES": "2", "JOB_NODELIST": "machines", "CPUS_PER_TASK": "1"}
    return {
        **os.environ,
        **{f"SLURM_{name}": value for name, value in slurm.items()},
        "PATH": f"{tools}:{os.environ['PATH']}",
        "VENV": str(venv.parent),
        "HOME": str(tmp_path),
        "HERE": pytest.importorskip("ray.util").get_node_ip_address(),
        "CORPUS": str(tmp_path / "corpus"),
        "MADE": str(tmp_path / "made"),
    }


def submitted(script, environment, cwd):
    """Run a job script until it ends."""
    text = script.replace("--model base", "--model tiny --steps 3 --batch-size 8 --threads 1 --device cpu")
    done = subprocess.run(
        ["bash", "-c", text],
        env=environment,
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=held.HANG_SECONDS,
        start_new_session=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def test_jobs_of_slurm_make_the_data_on_ray_and_train_by_torchrun(slurm, tmp_path):
    helpers.write_corpus(tmp_path / "corpus", megabytes=0.3)
    data, train = blocks("sh")
    submitted(data, slurm, tmp_path)
    assert not Path(f"/tmp/ray-{slurm['SLURM_JOB_ID']}").exists()
    here = ["-o", str(tmp_path / "here"), "--until", "mask", "--workers", "1", "--quiet"]
    assert run(["run", str(tmp_path / "corpus"), *here]) == 0
    helpers.assert_same(tmp_path / "here" / "shards", tmp_path / "made" / "shards")
    submitted(train, slurm, tmp_path)
    assert (tmp_path / "made" / "model" / "model.safetensors").exists()


def test_the_configuration_of_ray_up_is_one():
    util = pytest.importorskip(
        "ray.autoscaler._private.util", reason="Ray is not installed; pip install 'bertprep[ray]'"
    )
    yaml = pytest.importorskip("yaml")
    (text,) = blocks("yaml")
    config = util.prepare_config(yaml.safe_load(text))
    util.validate_config(config)
    for wrong in ({"max_workers": "many"}, {"available_node_types": {"head": {"resource": {}}}}):
        with pytest.raises(Exception, match=r"many|resource"):
            util.validate_config({**config, **wrong})
    assert set(config["available_node_types"]) == {config["head_node_type"], "worker"}
