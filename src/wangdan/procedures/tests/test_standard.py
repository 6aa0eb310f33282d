"""The value sets of the house: how many there are, where teeth stand, how mistyped shades are read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wangdan.procedures.rules.condition_tables import _side_by_side
from wangdan.procedures.rules.standard import STANDARD, shade_code

FDI = STANDARD["std.fdi"]


@pytest.mark.parametrize(
    ("key", "count"),
    [("std.fdi", 52), ("std.vita", 16), ("std.vita_3d", 29), ("std.bleach", 4), ("std.shades", 50), ("std.stump", 9), ("std.chromascop", 20)],
)
def test_every_set_is_complete_and_says_each_code_once(key, count):
    values = STANDARD[key]
    assert values.key == key
    assert len(values.codes) == len(set(values.codes)) == count
    assert set(values.labels) == set(values.codes)
    assert len(set(values.labels.values())) == count


def test_there_are_no_other_sets():
    assert set(STANDARD) == {"std.fdi", "std.vita", "std.vita_3d", "std.bleach", "std.shades", "std.stump", "std.chromascop"}


def test_teeth_are_listed_as_one_meets_them():
    text = " ".join(FDI.codes)
    assert text == (
        "18 17 16 15 14 13 12 11 21 22 23 24 25 26 27 28 48 47 46 45 44 43 42 41 31 32 33 34 35 36 37 38 "
        "55 54 53 52 51 61 62 63 64 65 85 84 83 82 81 71 72 73 74 75"
    )


@pytest.mark.parametrize(
    ("code", "label", "arch"),
    [
        ("11", "11 右上", "upper"), ("28", "28 左上", "upper"), ("36", "36 左下", "lower"), ("48", "48 右下", "lower"),
        ("55", "55 右上乳牙", "upper"), ("61", "61 左上乳牙", "upper"), ("75", "75 左下乳牙", "lower"), ("81", "81 右下乳牙", "lower"),
    ],
)  # fmt: skip
def test_a_tooth_has_a_label_and_an_arch(code, label, arch):
    assert FDI.labels[code] == label
    assert FDI.arch[code] == arch


@pytest.mark.parametrize(
    ("teeth", "answer"),
    [
        ("11 21", True), ("41 31", True), ("13 12 11 21", True), ("18 17", True), ("28 38", False), ("11 41", False), ("18 48", False),
        ("11 13", False), ("14 24", False), ("18 28", False), ("47 46 45", True), ("51 61", True), ("55 54 53", True), ("81 71", True),
        ("55 16", True), ("16 55 14", True), ("55 85", False), ("51 21", True), ("51 22", False), ("75 36", True), ("74 36", False), ("11 51", True),
        ("54 14 13", True), ("19", False),
    ],
)  # fmt: skip
def test_side_by_side(teeth, answer):
    assert _side_by_side(FDI, set(teeth.split())) is answer


def test_a_milk_tooth_stands_where_its_successor_will():
    for milk, successor in zip("5678", "1234", strict=True):
        for at in range(1, 6):
            assert FDI.order[f"{milk}{at}"] == FDI.order[f"{successor}{at}"]
            assert FDI.arch[f"{milk}{at}"] == FDI.arch[f"{successor}{at}"]


def test_each_arch_has_sixteen_places_without_a_gap():
    for arch in ("upper", "lower"):
        assert sorted({FDI.order[code] for code in FDI.codes if FDI.arch[code] == arch}) == list(range(16))


def test_only_teeth_stand_along_an_arch():
    assert [key for key, values in STANDARD.items() if values.order is not None] == ["std.fdi"]


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("OM1", "0M1"), ("om3", "0M3"), ("0m2", "0M2"), (" a3.5 ", "A3.5"), ("A3,5", "A3.5"), ("Ａ３．５", "A3.5"), ("2l1.5", "2L1.5"), ("2 R 2,5", "2R2.5"),
        ("bl1", "BL1"), ("nd 9", "ND9"), ("11O", "110"), ("54o", "540"), ("Photo", "photo"), ("", ""), ("OM4", "OM4"), ("O", "O"), ("60O", "60O"), ("见照片", "见照片"),
    ],
)  # fmt: skip
def test_shades_as_people_type_them(typed, code):
    assert shade_code(typed) == code


def test_every_shade_reads_as_itself():
    for key in ("std.shades", "std.stump", "std.chromascop"):
        for code in STANDARD[key].codes:
            assert shade_code(code) == shade_code(code.lower()) == code


def test_the_shades_are_the_three_guides_and_the_photo():
    parts = [code for key in ("std.vita", "std.vita_3d", "std.bleach") for code in STANDARD[key].codes]
    assert STANDARD["std.shades"].codes == (*parts, "photo")
    assert STANDARD["std.shades"].labels["photo"] == "见照片"
    assert STANDARD["std.chromascop"].codes[0] == "110"
    assert STANDARD["std.chromascop"].codes[-1] == "540"


@given(st.text())
def test_anything_can_be_asked_whether_it_is_a_shade(text):
    code = shade_code(text)
    assert code not in STANDARD["std.shades"].codes or shade_code(code) == code
