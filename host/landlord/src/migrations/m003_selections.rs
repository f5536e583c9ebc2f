//! What each tenant is made of, and the views by which its modules and customizations are known.

use model::{ColumnType as T, Operation, Result};

use super::shape::{DIGEST, PERSON, PLUGIN, Shape, VERSION, layer, view};

pub(super) fn operations() -> Result<Vec<Operation>> {
    let plugins = Shape::table("tenant_plugins")?
        .columns(&[
            ("tenant_id", T::Uuid),
            ("plugin_id", PLUGIN),
            ("version", VERSION),
            ("layer", layer()),
            ("component", DIGEST),
        ])?
        .nullable(&[("settings", T::Json)])?
        .columns(&[
            ("position", T::Int),
            ("activated_at", T::Timestamptz),
            ("activated_by", PERSON),
        ])?
        .key(&["tenant_id", "plugin_id"])?
        .index(&["component"])?
        .references(&["tenant_id"], "tenants", &["id"])?
        .references(&["plugin_id", "version"], "plugins", &["id", "version"])?;
    let modules = view(
        "tenant_modules",
        "SELECT tenant_id, plugin_id AS module_id, version, settings, activated_at, activated_by \
         FROM tenant_plugins WHERE layer = 'module'",
    )?;
    let customizations = view(
        "tenant_customizations",
        "SELECT tenant_id, plugin_id AS customization_id, version, settings, activated_at, \
         activated_by FROM tenant_plugins WHERE layer = 'custom'",
    )?;
    Ok(vec![plugins.made(), modules, customizations])
}
