"""Pasted addresses: the division of 95 of 100 labelled texts, names and phones, and that no text takes long or breaks it (D03.6)."""

import csv
import io
import lzma
from pathlib import Path

import pytest

from wangdan.accounts.parsing.divide import Chain, _grow, _matches, divide
from wangdan.accounts.parsing.gazetteer import gazetteer
from wangdan.accounts.parsing.paste import LONGEST, read

DATA = Path(__file__).resolve().parents[4] / "tests" / "data" / "cn-addresses"
WANTED_PERCENT = 95
MOST_CHAINS = 40

LABELLED = list(csv.DictReader(io.StringIO((DATA / "labelled.csv").read_text("utf-8"))))
COMPANIES = list(csv.DictReader(io.StringIO(lzma.decompress((DATA / "company_addresses.csv.xz").read_bytes()).decode())))


def percent(right: int, of: int) -> float:
    """How many of a hundred."""
    return 100 * right / of


def test_the_division_of_the_labelled_texts():
    """Province, city, district and code; 69 of 69 when this was written."""
    assert len(LABELLED) == 69
    names = ("province", "city", "district", "code")
    wrong = [row["id"] for row in LABELLED if tuple(read(row["text"]).fields()[name] for name in names) != tuple(row[name] for name in names)]
    assert percent(len(LABELLED) - len(wrong), len(LABELLED)) >= WANTED_PERCENT, wrong


@pytest.mark.parametrize(("field", "many"), [("name", 43), ("phone", 41)])
def test_names_and_phones_of_the_labelled_texts(field: str, many: int):
    """Where they are labelled; all of them when this was written."""
    labelled = [row for row in LABELLED if row[field]]
    assert len(labelled) == many
    wrong = {row["id"]: read(row["text"]).fields()[field] for row in labelled if read(row["text"]).fields()[field] != row[field]}
    assert percent(many - len(wrong), many) >= WANTED_PERCENT, wrong


def test_the_addresses_of_companies():
    """None breaks it; where the answer is known it is found: 6,846 of 6,846 when this was written."""
    table, answered, right = gazetteer(), 0, 0
    for row in COMPANIES:
        found = divide(row["address"])
        if row["label"]:
            answered += 1
            right += found is not None and table.place(found.code).code == row["code"]
    assert (len(COMPANIES), answered) == (11_291, 6_846)
    assert percent(right, answered) >= WANTED_PERCENT


WHOLE = [
    ("张三 13800001111 浙江省杭州市余杭区仓前街道云溪路20号", ("张三", "13800001111", "330110", "仓前街道", "云溪路20号")),
    ("收件人:张三\n电话:138-0000-1111\n地址:上海市浦东新区张江镇祖冲之路100号", ("张三", "13800001111", "310115", "张江镇", "祖冲之路100号")),
    ("北京朝阳区望京SOHO 李四 +86 138 0000 1111", ("李四", "13800001111", "110105", "", "望京SOHO")),
    ("１３８００００１１１１　陈晓禾　浙江省杭州市余杭区文一西路998号", ("陈晓禾", "13800001111", "330110", "", "文一西路998号")),
    ("江苏省苏州市姑苏区人民路328号，赵敏，0512-66668888", ("赵敏", "0512-66668888", "320508", "", "人民路328号")),
    ("John Smith, 13800001111, 上海市徐汇区漕溪北路1号", ("John Smith", "13800001111", "310104", "", "漕溪北路1号")),
    ("成都市武侯区玉林西路8号2单元301王若溪13600002290", ("王若溪", "13600002290", "510107", "", "玉林西路8号2单元301")),
    ("深圳市福田区华强北路1001号  收货人 马小云 电话 13811112222", ("马小云", "13811112222", "440304", "", "华强北路1001号")),
    ("浙江省 杭州市 余杭区 五常街道 荆常大道88号 张伟 收 13800138000 311121", ("张伟", "13800138000", "330110", "五常街道", "荆常大道88号")),
    ("广东省广州市天河区体育东路12号604房，李静安(女)，13700008832", ("李静安", "13700008832", "440106", "", "体育东路12号604房")),
    ("广东省深圳市南山区粤海街道科技园 阿里木·买买提 13800001111", ("阿里木·买买提", "13800001111", "440305", "粤海街道", "科技园")),
    ("王城 13800001111 河南郑州金水区花园路1号", ("王城", "13800001111", "410105", "", "花园路1号")),
    ("(收)林黛玉 13912345678 北京西城区金融街1号", ("林黛玉", "13912345678", "110102", "", "金融街1号")),
]


@pytest.mark.parametrize(("text", "wanted"), WHOLE)
def test_a_whole_text(text: str, wanted: tuple[str, ...]):
    """Whatever the order, with or without labels, postcode and 收."""
    found = read(text)
    assert (found.name, found.phone, found.code, found.street, found.detail) == wanted


@pytest.mark.parametrize("text", ["", " ", "\n\n", "，，，", "13800001111", "收货人：", "\ud800", "😀" * 50, "a" * LONGEST, "null", "省市区县"])
def test_what_is_no_address_names_no_place(text: str):
    """Empty, not guessed."""
    assert (read(text).province, read(text).code) == ("", "")


@pytest.mark.parametrize("word", ["北京市", "吉林", "海南", "南山", "江苏淮安清江浦区", "鼓楼区", "县"])
def test_names_of_places_on_every_level_do_not_multiply(word: str):
    """A text made to be slow: from each place on few chains grow, and only so much of the text is read."""
    text = (word * LONGEST)[:LONGEST]
    first = [Chain(code, 1, 0, len(alias), (alias,), (kind,)) for alias, code, kind in _matches(gazetteer(), text, 0)]
    assert sum(len(_grow(gazetteer(), text, chain)) for chain in first) < MOST_CHAINS
    assert read(text) == read(text + word * LONGEST)
