#!/usr/bin/env python3
"""Writes tests/uapi/raw_sys.rs: what linux-raw-sys and the headers beside this file both have.

Run in this directory; needs cargo. A test then compares every number and every offset: the names
are here only because Rust can't ask a crate for all of its own.
"""
import glob, json, re, subprocess, textwrap

MODULES = ["netlink", "if_arp", "net"]
# Headers that the data beside this file doesn't have.
ELSEWHERE = re.compile(r"(AF|DEVCONF|IPV4_DEVCONF)_\w+")

def source(module):
    metadata = json.loads(subprocess.check_output(["cargo", "metadata", "--format-version", "1"]))
    package = next(p for p in metadata["packages"] if p["name"] == "linux-raw-sys")
    path = package["manifest_path"].replace("Cargo.toml", f"src/x86_64/{module}.rs")
    return open(path).read()

def column(file, at):
    return [line.split("\t")[at] for line in open(file).read().splitlines()[1:]]

def wrapped(words):
    return "\n".join(textwrap.wrap(" ".join(words), 96, initial_indent="        ",
                                   subsequent_indent="        ", break_on_hyphens=False))

def main():
    wanted = set(column("constants.tsv", 0))
    structs = {}
    for line in open("structs.tsv").read().splitlines()[1:]:
        name, _, member, *_ = line.split("\t")
        structs.setdefault(name, []).append(member)
    seen, seen_structs, out = set(), set(), []
    for module in MODULES:
        text = source(module)
        names, enums = [], []
        of_enum = dict()
        for enum, body in re.findall(r"pub enum (\w+) \{(.*?)\n\}", text, re.S):
            for name in re.findall(r"^(\w+) = ", body, re.M):
                of_enum[name] = enum
        plain = re.findall(r"^pub const (\w+): (?:[ui]\d+|_bindgen_ty_\d+) =", text, re.M)
        for name in plain + [n for n in of_enum if n not in plain]:
            if name in seen or not (name in wanted or ELSEWHERE.fullmatch(name)):
                continue
            seen.add(name)
            names.append(name)
            if name not in plain and of_enum[name] not in enums:
                enums.append(of_enum[name])
        layouts = []
        for name, body in re.findall(r"pub struct (\w+) \{(.*?)\n\}", text, re.S):
            if name not in structs or name in seen_structs or "#[repr(C, packed" in text.split(f"pub struct {name} ")[0][-120:]:
                continue
            seen_structs.add(name)
            has = set(re.findall(r"^pub (\w+): (?!__IncompleteArrayField)", body, re.M))
            members = [m for m in structs[name] if m and m in has]
            if members:
                layouts.append(f"        {name} {{ {' '.join(members)} }}")
        out.append(f"pub mod {module} {{\n    use linux_raw_sys::{module}::*;\n"
                   + "".join(f"    use linux_raw_sys::{module}::{enum}::*;\n" for enum in enums)
                   + "\n    super::names! {\n" + wrapped(names) + "\n    }\n\n"
                   + "    super::layouts! {\n" + "\n".join(layouts) + "\n    }\n}\n")
    with open("../uapi/raw_sys.rs", "w") as file:
        file.write("//! Made by tests/data/raw_sys.py.\n")
        file.write("#![allow(unused_imports)]\nuse super::{layouts, names};\n\n" + "\n".join(out))

main()
