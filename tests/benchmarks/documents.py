"""A folder of made-up documents, and made-up questions to it: the same at each run."""

import random
from collections.abc import Iterator
from pathlib import Path

from tests.unit.documents import samples

VOCABULARY = 20_000
SECTIONS, WORDS = 4, 110
SYLLABLES = [a + b for a in "bdklmnr" for b in "aeiou"]
HAN = "退款政策顧客於三十日內申請報告每月須經理所有產品保固兩年電池除外公司員工加班休假費用交通"


class Documents:
    """Words as often as in a language (Zipf), every tenth document in Chinese."""

    def __init__(self) -> None:
        self._random = random.Random(7)
        made = ("".join(self._random.choices(SYLLABLES, k=4)) for _ in range(VOCABULARY * 2))
        self._words = list(dict.fromkeys(made))[:VOCABULARY]
        self._weights = [1 / rank for rank in range(1, len(self._words) + 1)]

    def write(self, folder: Path, count: int) -> int:
        """So many files below the folder; gives the bytes of their text."""
        size = 0
        for number in range(count):
            file = folder / f"{number // 500:03}" / f"document_{number}"
            file.parent.mkdir(parents=True, exist_ok=True)
            text = self._text(number)
            size += len(text.encode())
            if number % 100 == 99:
                file.with_suffix(".docx").write_bytes(samples.docx())
            else:
                file.with_suffix(".md").write_text(text, encoding="utf-8")
        return size

    def questions(self, count: int) -> Iterator[str]:
        """One to three words, every fifth of two Chinese characters."""
        for number in range(count):
            if number % 5 == 4:
                yield "".join(self._random.sample(HAN, 2))
            else:
                yield " ".join(self._random.choices(self._words, k=1 + number % 3))

    def _text(self, number: int) -> str:
        parts = [f"# Document {number}"]
        for section in range(SECTIONS):
            parts.append(f"## Part {section} {self._random.choice(self._words)}")
            if number % 10 == 9:
                parts.append("".join(self._random.choices(HAN, k=WORDS * 3)))
            else:
                parts.append(" ".join(self._random.choices(self._words, self._weights, k=WORDS)))
        return "\n\n".join(parts)
