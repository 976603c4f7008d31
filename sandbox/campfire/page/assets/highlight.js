// Colours code as Campfire's page does: highlight.js 11.9.0 with its twelve common languages.
// Only a `pre` that holds nothing but text; one without a known class is guessed.

import hljs from "/assets/hljs/core.min.js";
import bash from "/assets/hljs/bash.min.js";
import css from "/assets/hljs/css.min.js";
import diff from "/assets/hljs/diff.min.js";
import go from "/assets/hljs/go.min.js";
import java from "/assets/hljs/java.min.js";
import javascript from "/assets/hljs/javascript.min.js";
import json from "/assets/hljs/json.min.js";
import python from "/assets/hljs/python.min.js";
import ruby from "/assets/hljs/ruby.min.js";
import rust from "/assets/hljs/rust.min.js";
import sql from "/assets/hljs/sql.min.js";
import xml from "/assets/hljs/xml.min.js";

const languages = { bash, css, diff, go, java, javascript, json, python, ruby, rust, sql, xml };
for (const [name, language] of Object.entries(languages)) hljs.registerLanguage(name, language);

export function highlight(within) {
  for (const block of within.querySelectorAll(".trix-content pre:not([data-highlighted])"))
    if ([...block.childNodes].every((node) => node.nodeType === Node.TEXT_NODE)) hljs.highlightElement(block);
}
