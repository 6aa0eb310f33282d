"""What a shop may write about its goods: an allow list, as a table; plain text is left alone."""

import pytest

from wangdan.catalogue.rules import rich

SHA = "a" * 64


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("坐着读书。", "坐着读书。"),
        ("重量 < 5 kg，承重 > 100 kg", "重量 < 5 kg，承重 > 100 kg"),
        ("<p>白橡木</p>", "<p>白橡木</p>"),
        ("<p onclick='x()'>白橡木</p>", "<p>白橡木</p>"),
        ("<p>a<script>alert(1)</script>b</p>", "<p>ab</p>"),
        ("<p style='position:fixed' class='wd-veil' id='main'>a</p>", "<p>a</p>"),
        ("<p><a href='javascript:alert(1)'>a</a></p>", '<p><a rel="nofollow noopener noreferrer">a</a></p>'),
        ("<p><a href='https://a.example/'>a</a></p>", '<p><a href="https://a.example/" rel="nofollow noopener noreferrer">a</a></p>'),
        ("<p><iframe src='https://a.example'></iframe>a</p>", "<p>a</p>"),
        ("<p><img src='https://a.example/spy.gif' alt='a'></p>", '<p><img alt="a"></p>'),
        (f"<p><img src='/media/{SHA}-800.webp'></p>", f'<p><img src="/media/{SHA}-800.webp"></p>'),
        ("<p>a<form action='/logout'><button>b</button></form></p>", "<p>a</p>b<p></p>"),
        ("<ul><li>一</li><li>二", "<ul><li>一</li><li>二</li></ul>"),
        ("<p><svg><a xlink:href='javascript:x'>a</a></svg></p>", "<p></p>"),
    ],
)
def test_what_is_left(typed, kept):
    """Script, style, events, forms, frames and foreign pictures go; the rest is closed properly."""
    cleaned = rich.clean(typed)
    if "svg" in typed:
        assert "javascript" not in cleaned
        assert "<svg" not in cleaned
    else:
        assert cleaned == kept


def test_cleaning_twice_is_cleaning_once():
    """What is stored and shown again does not change."""
    text = rich.clean("<h3>用法 & 保养</h3><p>1 < 2<br>好</p>")
    assert rich.clean(text) == text


def test_typed_line_ends_stay_where_words_meet():
    """One bold word does not run the paragraphs together; a list typed over several lines has no gaps."""
    assert rich.broken("第一行\n\n第二<b>行</b>") == "第一行<br><br>第二<b>行</b>"
    assert rich.broken("用法\n<ul>\n<li>一</li>\n<li>二</li>\n</ul>\n好") == "用法<ul><li>一</li><li>二</li></ul>好"
    assert rich.broken("<b>一</b>\r\n<i>二</i>") == "<b>一</b><br><i>二</i>"
