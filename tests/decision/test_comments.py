"""What customers wrote: which comments are shown, masked, and which words tell the arms apart."""

import pytest
from pilots import contacts, write_pilot

from pilot_analysis import load_config, review


def written(folder, say, **keys):
    """A small pilot whose customers wrote `say(row, place)`, by place in the log; None wrote nothing."""
    log = contacts()
    log["comment"] = [say(row, i) for i, row in enumerate(log.to_dict("records"))]
    return log, review(load_config(write_pilot(folder, log, **keys))).to_dict()


def script(row, place):
    """Every second customer of the vendor complains of a script; everybody says something else too."""
    about = "they read a script" if row["team"] == "Vendor" and place % 2 else "they were kind"
    return f"{about}, mail me at c{place}@example.com"


def test_only_rated_comments_are_counted_and_the_worst_rated_are_shown(tmp_path):
    log, found = written(tmp_path, script, report__comments=3)
    rated = log[log["csat"].notna()]
    assert found["comments"]["n"] == {
        "baseline": int((rated["team"] == "In-house").sum()), "pilot": int((rated["team"] == "Vendor").sum()),
    }  # fmt: skip
    for arm, team in (("baseline", "In-house"), ("pilot", "Vendor")):
        shown = [row for row in found["comments"]["shown"] if row["arm"] == arm]
        own = rated[rated["team"] == team].sort_values(["csat", "opened_at"], ascending=[True, False])
        assert [row["score"] for row in shown] == list(own["csat"][:3])
        assert [row["text"].split(",")[0] for row in shown] == [text.split(",")[0] for text in own["comment"][:3]]


def test_nothing_that_names_a_customer_leaves_the_log(tmp_path):
    _log, found = written(
        tmp_path, lambda row, place: f"{row['agent_id']} told {row['customer_id']} to call +49 30 {place}1234567"
    )
    assert {row["text"] for row in found["comments"]["shown"]} == {"[name] told [name] to call [phone]"}


def test_words_that_tell_the_arms_apart_are_counted_by_comments(tmp_path):
    log, found = written(tmp_path, script)
    rated = log[log["csat"].notna()]
    n = int(rated["comment"].str.contains("script").sum())
    by_word = {word["word"]: word for word in found["comments"]["words"]}
    assert (by_word["script"]["arm"], by_word["script"]["baseline"], by_word["script"]["pilot"]) == ("pilot", 0, n)
    assert by_word["kind"]["arm"] == "baseline"
    assert "they" not in by_word
    assert "mail" not in by_word
    assert all(word["z"] >= 3 for word in by_word.values())


def test_a_word_of_fewer_than_five_customers_is_nobodys(tmp_path):
    names = ["zebulon", "aloysius"]

    def say(row, place):
        return f"ask {names[place % 2]}" if row["team"] == "Vendor" and place < 330 else "fine and friendly"

    _log, found = written(tmp_path, say)
    assert not {word["word"] for word in found["comments"]["words"]} & set(names)


def test_a_long_comment_is_cut_between_words(tmp_path):
    _log, found = written(tmp_path, lambda _row, _place: "word " * 200)
    assert all(row["text"].endswith("word …") and len(row["text"]) <= 402 for row in found["comments"]["shown"])


@pytest.mark.parametrize("say", [lambda _row, _place: None, lambda _row, _place: "  "])
def test_where_nobody_wrote_there_is_nothing(tmp_path, say):
    _log, found = written(tmp_path, say)
    assert found["comments"] is None


def test_none_are_looked_at_where_none_are_asked_for(tmp_path):
    _log, found = written(tmp_path, script, report__comments=0)
    assert found["comments"] is None
