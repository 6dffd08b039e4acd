"""Commands and workers do not import pandas even if it is installed; programs that use the library may."""

import os
import subprocess
import sys


def test_no_process_of_a_command_imports_pandas(sample_corpus, tmp_path):
    package = tmp_path / "installed" / "pandas"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(
        f"open({str(tmp_path / 'imported')!r}, 'a').write('x')\n__version__ = '2.2.0'\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(package.parent)}
    run = [sys.executable, "-P", "-m", "bertprep_cli", "run", str(sample_corpus), "-o", str(tmp_path / "out")]
    options = ["--until", "mask", "--vocab-size", "1000", "--max-length", "48", "--workers", "2", "-q"]
    ran = subprocess.run([*run, *options], env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert not (tmp_path / "imported").exists()
    looked = "import pyarrow, bertprep; pyarrow.array([1])"  # as in a program that uses the library
    subprocess.run([sys.executable, "-P", "-c", looked], env=environment, check=True)
    assert (tmp_path / "imported").exists()


def test_what_looks_for_pandas_works_without_it():
    code = """
from bertprep.core.without_pandas import leave_out_pandas
leave_out_pandas()
import importlib.util, sys
import polars as pl
import pyarrow as pa
table = pa.table({"a": [1, 2], "b": ["x", None]})
assert pl.from_arrow(table).to_arrow().num_rows == pa.Table.from_pylist(table.to_pylist()).num_rows
assert importlib.util.find_spec("pandas") and "pandas" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True)
