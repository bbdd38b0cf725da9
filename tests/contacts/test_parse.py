"""Columns become numbers and booleans, or are refused with the value that cannot."""

from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pilots import write_config
from small_logs import found, log, open_log, read_or_refused

from pilot_analysis import load_config
from pilot_analysis.contacts.parse import parse
from pilot_analysis.contacts.source import open_source
from pilot_analysis.refusal import Refusal

NUMBERS = st.lists(st.decimals(-9999, 9999, places=3).map(lambda d: d.normalize()), min_size=1, max_size=12)


def written(number: Decimal, sign: str) -> str:
    return f"{number:f}".replace(".", sign)


def costs(folder: Path, texts: list[str], **options: str) -> list[float]:
    """The column `cost` of a log whose costs are written so."""
    log(*({"cost": text} for text in texts)).to_csv(folder / "contacts.csv", index=False, **options)
    config = load_config(write_config(folder))
    columns = {name: name for name in ("contact_id", "opened_at", "cost")}
    parsed = parse(open_source(config), columns, config.pilot, config.data)
    table = parsed.table.to_pandas().set_index("contact_id")
    return [table.cost[f"a{i}"] for i in range(1, len(texts) + 1)]


@settings(max_examples=8, deadline=None, derandomize=True)
@given(NUMBERS)
def test_points_are_decimal_points(numbers: list[Decimal]) -> None:
    with TemporaryDirectory() as folder:
        assert costs(Path(folder), [written(n, ".") for n in numbers]) == [float(n) for n in numbers]


@settings(max_examples=8, deadline=None, derandomize=True)
@given(NUMBERS, st.sampled_from(",;\t"))
def test_commas_are_read_the_same_or_refused_as_ambiguous(numbers: list[Decimal], separator: str) -> None:
    """1,234 may be one thousand; one number that cannot group thousands settles it, and so do semicolons."""
    places = [max(-int(n.as_tuple().exponent), 0) for n in numbers]
    unclear = any(places) and not any(p in (1, 2) for p in places) and separator != ";"
    texts = [written(n, ",") for n in numbers]
    with TemporaryDirectory() as folder:
        if unclear:
            with pytest.raises(Refusal, match="ambiguous") as refused:
                costs(Path(folder), texts, sep=separator)
            assert refused.value.found in texts
        else:
            assert costs(Path(folder), texts, sep=separator) == [float(n) for n in numbers]


@pytest.mark.parametrize(
    "texts",
    [
        ["1,234"],  # thousands, or one and a bit
        ["1,234.5"],
        ["1.234,5"],
        ["1,234,567"],
        ["1'234"],
        ["12 EUR"],
        ["12%"],
        ["twelve"],
        ["inf"],
        ["-Infinity"],
        ["1e999"],
        ["(12.50)"],
    ],
)
def test_what_is_no_plain_number_is_refused(tmp_path: Path, texts: list[str]) -> None:
    with pytest.raises(Refusal) as refused:
        costs(tmp_path, ["1", *texts])
    assert refused.value.key == "cost"
    assert refused.value.found in texts
    assert refused.value.allowed


def test_points_that_group_thousands_where_commas_are_decimal(tmp_path: Path) -> None:
    """A German export: ratings show that the comma is decimal, so 1.234 is not one and a bit."""
    rows = log({"cost": "1.234", "csat": "4,5"}, {"cost": "2.345", "csat": "3,5"})
    (tmp_path / "contacts.csv").write_text(rows.to_csv(index=False, sep=";"))
    table, refusal = read_or_refused(tmp_path, None, "cost")
    assert refusal or list(table.cost[["a1", "a2"]]) == [1234.0, 2345.0]


def test_spellings_of_nothing_in_a_number(tmp_path: Path) -> None:
    spellings = ["", " ", "NA", "n/a", "NaN", "nan", "NULL", "None", "NaT"]
    cost = costs(tmp_path, ["1.5", *spellings])
    assert cost[0] == 1.5
    assert np.isnan(cost[1:]).all()


def test_spellings_of_a_boolean(tmp_path: Path) -> None:
    true, false = ["true", "TRUE", "Yes", "y", "t", "1", "1.0", " yes "], ["false", "False", "No", "N", "f", "0", "0.0"]
    rows = [{"fcr": text} for text in [*true, *false, "", "n/a"]]
    table = found(open_log(tmp_path, log(*rows)), "fcr")
    answers = [table.fcr[f"a{i}"] for i in range(1, len(rows) + 1)]
    assert answers[:15] == [True] * len(true) + [False] * len(false)
    assert pd.isna(answers[15:]).all()


@pytest.mark.parametrize("text", ["maybe", "2", "ja", "resolved", "-1"])
def test_no_boolean(tmp_path: Path, text: str) -> None:
    with pytest.raises(Refusal) as refused:
        open_log(tmp_path, log({"fcr": text}, {"fcr": "1"}))
    assert (refused.value.key, refused.value.found) == ("fcr", text)


def test_the_refusal_counts_and_shows_one(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match=r"column 'Rating' is not a number \(2 such rows\)"):
        open_log(tmp_path, log({"Rating": "good"}, {"Rating": "bad"}), data__columns={"csat": "Rating"})


def test_a_column_that_nobody_asked_for_is_not_parsed(tmp_path: Path) -> None:
    open_log(tmp_path, log({"Rating": "good"}))


# --- typed files ---------------------------------------------------------------------------------------------


def parquet(folder: Path, **columns: pa.Array) -> Path:
    """The folder of a log: one row of the test and FRAME; `columns` are arrays of its five rows."""
    rows = log({})
    table = pa.table({"contact_id": rows.contact_id, "team": rows.team, "opened_at": rows.opened_at, **columns})
    pq.write_table(table, folder / "c.parquet")
    return folder


def test_numbers_of_any_type(tmp_path: Path) -> None:
    values = pa.array([4.0, None, 3.0, 5.0, 1.0])
    types = {
        "csat": pa.int8(), "cost": pa.decimal128(9, 2), "nps": pa.uint16(), "qa_score": pa.float32(),
        "handle_seconds": pa.int64(), "response_seconds": pa.string(),
    }  # fmt: skip
    columns = {name: values.cast(type_) for name, type_ in types.items()}
    table = found(open_log(parquet(tmp_path, **columns), None, data__contacts="c.parquet"))
    for name in types:
        assert (table[name]["a1"], table[name].count(), table[name].sum()) == (4, 4, 13), name


def test_booleans_of_any_type(tmp_path: Path) -> None:
    values = pa.array([1, 0, None, 1, 0])
    types = {"fcr": pa.bool_(), "reopened": pa.int8(), "escalated": pa.float64(), "complaint": pa.string()}
    columns = {name: values.cast(type_) for name, type_ in types.items()}
    table = found(open_log(parquet(tmp_path, **columns), None, data__contacts="c.parquet"))
    for name in types:
        assert table[name]["a1"] == True, name  # noqa: E712 - the column may hold objects
        assert (table[name].sum(), table[name].count()) == (2, 4), name


def test_columns_of_nothing(tmp_path: Path) -> None:
    """pandas writes a column of None without a type; it is an empty column, not a wrong one."""
    nothing = dict.fromkeys(["csat", "first_response_at", "fcr", "customer_id"])
    table = found(open_log(tmp_path, log({}).assign(**nothing), data__contacts="c.parquet"))
    assert table[list(nothing)].isna().all(axis=None)


def test_not_a_number_in_a_typed_file_is_missing(tmp_path: Path) -> None:
    """Not every writer turns NaN into null."""
    values = pa.array(np.array([1.0, np.nan, np.nan, 1.0, 1.0]), from_pandas=False)
    columns = dict.fromkeys(["csat", "cost", "fcr", "customer_id"], values)
    contacts = open_log(parquet(tmp_path, **columns), None, data__contacts="c.parquet")
    counts = contacts.table.aggregate(**{name: contacts.table[name].count() for name in columns}).to_pyarrow()
    assert counts.to_pylist() == [dict.fromkeys(columns, 3)]


def test_nested_columns_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="channel") as refused:
        open_log(parquet(tmp_path, channel=pa.array([["chat"]] * 5)), None, data__contacts="c.parquet")
    assert refused.value.key == "channel"


def test_epoch_seconds_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="timestamp"):
        open_log(parquet(tmp_path, resolved_at=pa.array([1_773_136_800] * 5)), None, data__contacts="c.parquet")


def test_categories_of_a_data_frame(tmp_path: Path) -> None:
    rows = log({"channel": "chat"}).astype({"team": "category", "channel": "category"})
    table = found(open_log(tmp_path, rows, data__contacts="c.parquet"))
    assert (table.arm["a1"], table.channel["a1"]) == ("pilot", "chat")


def test_csv_and_parquet_are_the_same_log(tmp_path: Path) -> None:
    rows = log({"csat": 4.0, "cost": 1.5, "channel": "chat"}, {"csat": np.nan, "cost": 2.25, "channel": None})
    rows["opened_at"] = pd.to_datetime(rows.opened_at)
    tables = [found(open_log(tmp_path, rows, data__contacts=name)) for name in ("c.csv", "c.parquet")]
    pd.testing.assert_frame_equal(*tables, check_dtype=False)
