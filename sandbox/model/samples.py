"""Texts the stand-in answers with: filler for length, and markdown with everything in it."""

LOREM = (
    "The cat sat on the mat and thought about the campfire. "
    "It was warm, the room was quiet, and nobody asked it anything. "
)

MARKDOWN = """\
# Quarterly summary

Revenue grew by **12 %**, mostly in *Europe*; see [the report](https://example.com/report?a=1&b=2).

| Region | Revenue | Change |
|---|---:|---:|
| Europe | 1,200 | +18 % |
| Asia | 800 | +4 % |

1. Check the numbers
2. Tell the team
   - by mail
   - in the room

> A quote with <b>angle brackets</b> & an ampersand.

```python
def total(rows):
    return sum(row["revenue"] for row in rows)  # <- a list & a dict
```

Inline `code`, ~~struck~~, an emoji 🔥 and the end.
"""
