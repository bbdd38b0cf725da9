"""Personal data in comments: what is masked, and what is left to read."""

import pytest

from pilot_analysis.contacts.personal import masked, names_pattern


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Write to jo.miller+shop@mail.example.co.uk!", "Write to [email]!"),
        ("o'neil (at) test.com", "[email]"),
        ("Call +49 (0)30 123-4567, or 030/1234567.", "Call [phone], or [phone]."),
        ("0049 30 1234567", "[phone]"),
        ("My card 4111 1111 1111 1111 was charged", "My card [card] was charged"),
        ("IBAN DE89 3704 0044 0532 0130 00 please", "IBAN [account] please"),
        ("Order A-10032, ticket #88213", "Order [number], ticket [number]"),
        ("see https://shop.example/o?id=3", "see [link]"),
        ("My name is Anna Schmidt and I waited", "My name is [name] and I waited"),
        ("Frau Müller was rude", "Frau [name] was rude"),
        ("I spoke to Kevin twice", "I spoke to [name] twice"),
        ("Never again. Regards, Jo Miller", "Never again. Regards, [name]"),
        ("Mit freundlichen Grüßen\nAnna Schmidt", "Mit freundlichen Grüßen\n[name]"),
    ],
)  # fmt: skip
def test_what_names_somebody_is_masked(written, read):
    assert masked(written) == read


@pytest.mark.parametrize(
    "written",
    [
        "Waited 45 minutes, then 3 days", "12.50 euros too much", "Great agent, thanks!", "Thanks for nothing.",
        "Five stars for the team; 10 out of 10", "24/7 would be nice",
    ],
)  # fmt: skip
def test_what_names_nobody_stays(written):
    assert masked(written) == written


def test_names_of_the_log_are_masked_whole_and_in_part_and_in_any_case():
    pattern = names_pattern(["Sam Smith", "V03", "Al", None])
    assert masked("SAM helped, mr smith did not; V03 neither. Same here, Al.", pattern) == (
        "[name] helped, mr [name] did not; [name] neither. Same here, Al."
    )


def test_without_names_there_is_nothing_to_look_for():
    assert names_pattern([None, "", "B"]) is None
    assert masked("Plain", None) == "Plain"
