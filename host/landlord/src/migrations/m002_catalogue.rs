//! The catalogue: every version of every plugin, and the views by which templates and modules are known.

use model::{ColumnType as T, Operation, Result};

use super::shape::{DIGEST, PLUGIN, Shape, VERSION, layer, one_of, view};

pub(super) fn operations() -> Result<Vec<Operation>> {
    let plugins = Shape::table("plugins")?
        .columns(&[
            ("id", PLUGIN),
            ("version", VERSION),
            ("layer", layer()),
            ("title", T::String { length: 2_000 }),
            ("publisher", T::String { length: 2_000 }),
            ("tier", one_of(&["basic", "premium", "custom"])),
            ("category", T::Text),
            ("component", DIGEST),
            ("manifest", T::Json),
            ("is_active", T::Bool),
            ("added_at", T::Timestamptz),
        ])?
        .key(&["id", "version"])?
        .index(&["component"])?;
    let templates = view(
        "tenant_templates",
        "SELECT id, version, title AS name, tier AS template_type, category, is_active, \
         manifest AS config FROM plugins WHERE layer = 'template'",
    )?;
    let modules = view(
        "template_modules",
        "SELECT id, version, title AS name, category, is_active, manifest AS config \
         FROM plugins WHERE layer = 'module'",
    )?;
    Ok(vec![plugins.made(), templates, modules])
}
