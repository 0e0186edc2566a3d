//! Takes the crate's own tables, as they stand in its source, so that every shape is made of the
//! same lines and none of them is a copy.

use std::{env, error::Error, fs, path::Path};

/// The invocation of `table!` that declares `table`, addressed to the macro `declare!`. Where its
/// setters go in the crate is left out: here they are the request's own. So is where names are
/// looked up, which no shape does.
fn invocation(file: &str, table: &str) -> Result<String, Box<dyn Error>> {
    println!("cargo::rerun-if-changed={file}");
    let source = fs::read_to_string(file)?;
    let named = source.find(&format!("table {table} ")).ok_or(table)?;
    let start = source[..named].rfind("table! {").ok_or(table)?;
    let end = start + source[start..].find("\n}\n").ok_or(table)?;
    let body = &source[start + "table! {".len()..end];
    let mut text = String::from("declare! {");
    match body.split_once(" set by [") {
        None => text.push_str(body),
        Some((before, after)) => {
            text.push_str(before);
            text.push_str(&after[after.find(";\n").ok_or(table)?..]);
        }
    }
    if let Some((before, after)) = text.clone().split_once(" names ") {
        let named = after.find(';').ok_or(table)?;
        text = format!("{before}{}", &after[named..]);
    }
    // Two formats are the crate's own; these are as large, and write the same.
    let text = text.replace("Chosen<ProtInfoOf>", "Bytes").replace(
        "&[u8] | AfSpec<'a> as AfSpecOf",
        "AfSpecView<'_> | AfSpec<'a> as Nest<AfSpecTable>",
    );
    Ok(text + "\n}\n")
}

fn main() -> Result<(), Box<dyn Error>> {
    let tables = [
        invocation("../../src/link/table.rs", "LinkTable")?,
        invocation("../../src/link/bridge.rs", "BridgeTable")?,
        invocation("../../src/address.rs", "AddressTable")?,
    ];
    let out = env::var("OUT_DIR")?;
    fs::write(Path::new(&out).join("tables.rs"), tables.concat())?;
    Ok(())
}
