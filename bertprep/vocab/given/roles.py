"""Find the tokens for BERT's five roles: given by the user, named in the files, or found in the row layout. In this order:

--special-token cls=<s>                            first
cls_token in tokenizer_config.json, else in special_tokens_map.json
the first and the middle token of its template     for cls and sep
the model's own unknown token                      for unk
a special token with one of the usual names        if a tokenizer.json is the only file
"""

from collections.abc import Iterable, Mapping
from typing import Any

from ...core.errors import InputError, UsageError
from ..folder import VocabularyFolder

ROLES = ("pad", "unk", "cls", "sep", "mask")
OPTION = "--special-token"
USUAL = {
    "pad": ("[PAD]", "<pad>", "<|pad|>", "<|padding|>"),
    "unk": ("[UNK]", "<unk>", "<|unk|>"),
    "cls": ("[CLS]", "<s>", "<cls>", "<|cls|>"),
    "sep": ("[SEP]", "</s>", "<sep>", "<|sep|>"),
    "mask": ("[MASK]", "<mask>", "<|mask|>"),
}


def parsed_roles(given: Iterable[str]) -> dict[str, str]:
    """Parse `ROLE=TOKEN` options; `UsageError` for an unknown role or a missing token.

    >>> parsed_roles(["cls=<s>", "mask=<mask>"])
    {'cls': '<s>', 'mask': '<mask>'}
    """
    found: dict[str, str] = {}
    for text in given:
        role, _, token = text.partition("=")
        if role not in ROLES or not token:
            raise UsageError(
                f"{OPTION} {text}: expected ROLE=TOKEN, with a role of {', '.join(ROLES)}, as in mask=<mask>"
            )
        if found.setdefault(role, token) != token:
            raise UsageError(f"{OPTION}: two tokens are given for the role {role}: {found[role]} and {token}")
    return found


def roles_of(
    folder: VocabularyFolder, asked: Mapping[str, str], told: Mapping[str, str], content: Mapping[str, Any]
) -> dict[str, str]:
    """The token of each role, if there is one; `told` are those found in the template and the model."""
    special = {token["content"] for token in content.get("added_tokens") or [] if token.get("special")}
    found = {}
    for role in ROLES:
        usual = next((token for token in USUAL[role] if token in special), None)
        if token := asked.get(role) or folder.named(f"{role}_token") or told.get(role) or usual:
            found[role] = token
    return found


def structural(folder: VocabularyFolder, roles: Mapping[str, str]) -> set[str]:
    """Tokens that have a function in rows; they are not recognized in texts."""
    ends = {folder.named(name) for name in ("bos_token", "eos_token")}
    return {token for token in {*roles.values(), *ends} if token}


def refuse_missing(
    folder: VocabularyFolder, roles: Mapping[str, str], ids: Mapping[str, int], spells_all: bool
) -> None:
    """`InputError` for a role without a token, a token that does not exist, and two roles with the same token."""
    for role, token in roles.items():
        if token not in ids:
            raise InputError(
                f"{folder.path}: has no token {token!r} for the role {role}; name one with {OPTION} {role}=TOKEN"
            )
    needed = [role for role in ROLES if role != "unk" or not spells_all]
    if missing := [role for role in needed if role not in roles]:
        raise InputError(
            f"{folder.path}: no token for {', '.join(missing)}; name {'one' if len(missing) == 1 else 'them'} with "
            f"{' '.join(f'{OPTION} {role}=TOKEN' for role in missing)}, or add {'it' if len(missing) == 1 else 'them'} to the "
            "tokenizer (add_special_tokens in transformers)"
        )
    for role in ("mask", "pad"):
        if other := next((name for name in ROLES if name != role and roles.get(name) == roles[role]), None):
            raise InputError(
                f"{folder.path}: {roles[role]!r} is both {role} and {other}; {role} needs a token of its own, named with "
                f"{OPTION} {role}=TOKEN"
            )
    if not spells_all and roles["unk"] in (roles["cls"], roles["sep"]):
        raise InputError(f"{folder.path}: {roles['unk']!r} is both unk and cls or sep; unk needs a token of its own")
