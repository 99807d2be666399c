"""What learned, in a few words, for tables, titles, cards and reports.

"Head only", "Blocks 7–8 + head", "LoRA from block 3 + head"; then what was renewed, and where the
head sits when not on the last block: short beside other runs, in full where one run is told.
"""

from __future__ import annotations

from tlcore.ground.recipe import TransferPlan
from tlcore.words import i18n


def told(plan: TransferPlan, blocks: int, language: str, in_full: bool = False) -> str:
    """Of a backbone of so many blocks."""
    values = {"first": plan.keep + 1, "last": plan.read, "read": plan.read, "blocks": blocks}
    keys = [""] * 2
    if 0 < plan.keep < plan.read:
        renewed = "renewed" if plan.read > plan.keep + 1 else "renewed_one"
        keys[in_full] = f"export.strategy.{renewed}" if in_full else "learns.new"
    if plan.read < blocks:
        keys[not in_full] = "export.strategy.cut" if in_full else "learns.cut"
    return core(plan, language) + "".join(i18n.t(k, language, **values) for k in keys if k)


def core(plan: TransferPlan, language: str) -> str:
    """Without what was renewed or dropped."""
    variant, first = plan.variant, plan.freeze + 1
    if variant.source:
        numbered = variant.numbered or plan.freeze
        return i18n.t(
            f"variant.{variant.name}.{'from' if numbered else 'title'}", language, first=first
        )
    if plan.freeze == plan.read:
        return i18n.t("preset.head_only", language)
    if plan.keep == 0:
        return i18n.t("preset.from_scratch", language)
    if plan.freeze == 0:
        return i18n.t("preset.everything", language)
    return i18n.t(
        "learns.block" if first == plan.read else "learns.blocks",
        language,
        first=first,
        last=plan.read,
    )
