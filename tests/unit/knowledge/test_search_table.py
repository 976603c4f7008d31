"""A table of what people ask, in their languages, and which section they are to find first."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumer.documents.bounded import Bounds
from consumer.knowledge.indexing.run import Run
from consumer.knowledge.library import Library

DOCUMENTS = {
    "handbook/leave.md": """\
# Leave
## Annual leave
Everybody has 31 days of holiday a year. Ask your manager two weeks before.
## Parental leave
Fourteen weeks, paid in full, for each parent.
## Sick leave
Call before 9:00. A doctor's note is needed from the third day.
""",
    "handbook/expenses.md": """\
# Expenses
## Travel
Trains in second class; flights above 1,200 kilometres only. Hotels up to 140 euros a night.
## Meals
The allowance is 28 euros a day. Keep the receipts of everything else.
## How to claim
Send form EX-2024-007 with the receipts to accounting within thirty days.
""",
    "it/vpn_setup-2024.md": """\
# VPN
## Install
Download the client, then sign in with your company account.
## Error 809
The port 4500 is closed: ask whoever runs your network to open it.
""",
    "de/urlaub.md": """\
# Urlaub
## Urlaubsanspruch
Alle haben 31 Tage im Jahr. Resturlaub verfällt am 31. März.
## Sonderurlaub
Bei Hochzeit, Umzug oder Geburt gibt es zwei freie Tage.
# Kündigung
## Kündigungsfristen
Vier Wochen zum Monatsende, in der Probezeit zwei Wochen.
# Büro
## Schlüssel
Die Schlüssel für die Häuser in der Gartenstraße liegen beim Empfang.
""",
    "zh-tw/客服.md": """\
# 客戶服務
## 退款政策
顧客可於三十日內申請退
款，款項將於七個工作天內退回原付款帳戶。
## 報告
每月報告須於五號前交給經理。
## 保固
所有產品保固兩年，電池除外。
""",
    "zh-cn/员工手册.md": """\
# 员工手册
## 年假
员工每年享有十五天带薪年假，须提前两周申请。
## 报销
差旅费报销请在三十天内提交发票。
## 加班
加班须经主管批准，按一点五倍工资计算。
""",
    "ja/就業規則.md": """\
# 就業規則
## 有給休暇
入社から六か月後に十日の有給休暇が与えられます。
## 在宅勤務
在宅勤務は週に三日まで認められます。
## 経費精算
レシートを添えて月末までに経理部へ提出してください。
""",
    "ko/안내.md": """\
# 안내
## 환불 규정
구매 후 14일 이내에 환불을 신청할 수 있습니다.
## 휴가
연차 휴가는 매년 15일입니다.
## 배송
배송은 보통 이틀 안에 도착합니다.
""",
    "prices.csv": "Article;Price\nKeyboard K-380;49\nMonitor M-27;329\nHeadset H-5;89\n",
}

ASKED = [
    # English: questions, forms of words, several words in any order.
    ("how many holiday days do we get", "handbook/leave.md", "Annual leave"),
    ("parental leave", "handbook/leave.md", "Parental leave"),
    ("weeks of leave for parents", "handbook/leave.md", "Parental leave"),
    ("doctor's note when sick", "handbook/leave.md", "Sick leave"),
    ("flight", "handbook/expenses.md", "Travel"),
    ("claiming receipts", "handbook/expenses.md", "How to claim"),
    ("daily meal allowances", "handbook/expenses.md", "Meals"),
    ("how much may a hotel cost per night", "handbook/expenses.md", "Travel"),
    ("VPN installation", "it/vpn_setup-2024.md", "Install"),
    # Numbers, codes, names of files, headings.
    ("EX-2024-007", "handbook/expenses.md", "How to claim"),
    ("error 809", "it/vpn_setup-2024.md", "Error 809"),
    ("4500", "it/vpn_setup-2024.md", "Error 809"),
    ("1200 kilometres", "handbook/expenses.md", "Travel"),
    ("vpn_setup-2024.md", "it/vpn_setup-2024.md", ""),
    ("expenses.md", "handbook/expenses.md", ""),
    ("K-380", "prices.csv", "rows"),
    ("price of the monitor", "prices.csv", "rows"),
    ("prices.csv headset", "prices.csv", "rows"),
    # German: umlauts, plurals, compounds.
    ("Urlaubsansprüche", "de/urlaub.md", "Urlaubsanspruch"),
    ("Wie viele Tage Resturlaub habe ich?", "de/urlaub.md", "Urlaubsanspruch"),
    ("Kündigungsfrist", "de/urlaub.md", "Kündigungsfristen"),
    ("kundigungsfristen probezeit", "de/urlaub.md", "Kündigungsfristen"),
    ("Hochzeiten", "de/urlaub.md", "Sonderurlaub"),
    ("SCHLÜSSEL HAUS", "de/urlaub.md", "Schlüssel"),
    # Chinese, traditional: two characters, one, across a line break, a whole question.
    ("退款", "zh-tw/客服.md", "退款政策"),
    ("申請退款", "zh-tw/客服.md", "退款政策"),
    ("報告", "zh-tw/客服.md", "報告"),
    ("固", "zh-tw/客服.md", "保固"),
    ("退款要多久才會到帳？", "zh-tw/客服.md", "退款政策"),
    ("客服.md 電池", "zh-tw/客服.md", "保固"),
    # Chinese, simplified.
    ("年假", "zh-cn/员工手册.md", "年假"),
    ("报销发票", "zh-cn/员工手册.md", "报销"),
    ("加班工资怎么算", "zh-cn/员工手册.md", "加班"),
    # Japanese: kanji, katakana in half width too, a whole question.
    ("有給休暇", "ja/就業規則.md", "有給休暇"),
    ("在宅勤務は何日までできますか", "ja/就業規則.md", "在宅勤務"),
    ("ﾚｼｰﾄ", "ja/就業規則.md", "経費精算"),
    # Korean: with and without particles.
    ("환불", "ko/안내.md", "환불 규정"),
    ("환불은 언제까지 되나요?", "ko/안내.md", "환불 규정"),
    ("휴가", "ko/안내.md", "휴가"),
    ("배송 며칠", "ko/안내.md", "배송"),
    # Two scripts in one, and full width.
    ("VPN에서 809", "it/vpn_setup-2024.md", "Error 809"),
    ("ＶＰＮ　ｉｎｓｔａｌｌ", "it/vpn_setup-2024.md", "Install"),
]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder = tmp_path_factory.mktemp("knowledge")
    for name, text in DOCUMENTS.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    index = tmp_path_factory.mktemp("index") / "index.sqlite3"
    Run(folder, index, Bounds(), tell=lambda _done, _of: None).run()
    return Library(index)


@pytest.mark.parametrize(("asked", "file", "heading"), ASKED, ids=[row[0] for row in ASKED])
def test_what_is_asked_finds_its_section_first(
    library: Library, asked: str, file: str, heading: str
) -> None:
    """Whatever the language: the section that answers it is the first hit."""
    first = library.search(asked, 5)[0]
    assert (first.file, first.headings.rpartition(" › ")[2][: len(heading)]) == (file, heading)


def test_the_table_holds_forty_questions() -> None:
    """And no question twice."""
    assert len({asked for asked, _, _ in ASKED}) >= 40


@pytest.mark.parametrize("asked", ["xylophone", "鯨", "고래", "", "?!", "\"*' OR AND NEAR(", "the"])
def test_what_no_document_says_finds_nothing_or_little(library: Library, asked: str) -> None:
    """No syntax of the index gets through, and words that are nowhere find nothing."""
    assert all("the" in passage.text.lower() for passage in library.search(asked, 5))


@given(st.text(max_size=60))
def test_whatever_is_asked_is_a_question(library: Library, asked: str) -> None:
    """No text breaks the index's syntax, and each hit holds something of what was asked."""
    for passage in library.search(asked, 3):
        assert passage.text
