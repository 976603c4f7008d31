"""What every part of a bot file is made of: a frozen model that knows its keys and no others."""

from collections.abc import Mapping, Sequence
from typing import Any, get_args

from pydantic import BaseModel, ConfigDict
from pydantic.fields import FieldInfo


class Section(BaseModel):
    """Keys that belong together. A new section is one class, and one field of the one above it.

    Its field's docstring says what the key means; its type says what is wrong with a value, as the
    end of a sentence that begins with the key (see shared.bots.fields). Where the key stands in
    the file is found by itself.
    """

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, use_attribute_docstrings=True
    )


def keys_at(root: type[BaseModel], place: Sequence[int | str]) -> Mapping[str, FieldInfo]:
    """The keys that may stand at a place of the file that `root` describes."""
    model = root
    for part in place:
        if isinstance(part, str) and part in model.model_fields:
            model = _model_in(model.model_fields[part].annotation) or model
    return model.model_fields


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The section that a field holds: itself, in a list, by name, or none."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(_model_in, get_args(annotation))), None)
