//! What each tenant is made of: its plugins in order, with their settings.
//!
//! Which plugins go together is decided by `plan`; here stands what was decided and applied.

use std::collections::BTreeSet;

use database::{Parameter, Row};
use jiff::Timestamp;
use model::digest::canonical_json;
use model::{Layer, LockedPlugin, Result, Selection, Settings, TenantId};

use crate::change::{Change, tenant};
use crate::landlord::Landlord;
use crate::stored::reading;
use crate::tenants::{self, demand_known};

/// A plugin of a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SelectedPlugin {
    /// The plugin, pinned.
    pub plugin: LockedPlugin,
    /// Its settings, where there are any.
    pub settings: Option<Settings>,
    /// When it came to the tenant.
    pub activated_at: Timestamp,
    /// Who brought it.
    pub activated_by: String,
}

impl Landlord {
    /// The plugins of a tenant, in order of application.
    ///
    /// # Errors
    /// `landlord.bad_row` and those of a database.
    pub async fn tenant_plugins(&mut self, id: TenantId) -> Result<Vec<SelectedPlugin>> {
        let sql = "SELECT plugin_id, version, layer, component, settings, activated_at, activated_by \
                   FROM tenant_plugins WHERE tenant_id = $1 ORDER BY position";
        let rows = self.fetch(sql, &[tenant(id)]).await?;
        rows.iter().map(parse).collect()
    }

    /// What a tenant is made of; empty for one that is not built yet.
    ///
    /// # Errors
    /// `landlord.bad_row` and those of a database.
    pub async fn selection(&mut self, id: TenantId) -> Result<Selection> {
        let mut selection = Selection::default();
        for selected in self.tenant_plugins(id).await? {
            if let Some(settings) = selected.settings {
                selection
                    .settings
                    .insert(selected.plugin.id.clone(), settings);
            }
            selection.plugins.push(selected.plugin);
        }
        Ok(selection)
    }
}

impl Change<'_> {
    /// Makes a selection a tenant's. Plugins that stay keep the moment and the name of their coming.
    ///
    /// # Errors
    /// `tenant.unknown`, `database.constraint` for a version that is not in the catalogue, and those of a
    /// database.
    pub async fn set_selection(
        &mut self,
        id: TenantId,
        selection: &Selection,
        by: &str,
        now: Timestamp,
    ) -> Result<()> {
        tenants::by_id(self.session(), id).await?;
        self.remove_all_but(id, selection).await?;
        let sql = "INSERT INTO tenant_plugins (tenant_id, plugin_id, version, layer, component, settings, \
                   position, activated_at, activated_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
                   ON CONFLICT (tenant_id, plugin_id) DO UPDATE SET version = excluded.version, \
                   layer = excluded.layer, component = excluded.component, \
                   settings = excluded.settings, position = excluded.position";
        for (plugin, position) in selection.plugins.iter().zip(1_i64..) {
            let settings = selection
                .settings
                .get(&plugin.id)
                .map(canonical_json)
                .transpose()?;
            let parameters = [
                tenant(id),
                plugin.id.as_str().into(),
                plugin.version.to_string().into(),
                plugin.layer.as_str().into(),
                plugin.component.to_string().into(),
                settings.into(),
                position.into(),
                now.into(),
                by.into(),
            ];
            self.run(sql, &parameters).await?;
        }
        self.set_template(id, selection, now).await
    }

    async fn remove_all_but(&mut self, id: TenantId, selection: &Selection) -> Result<()> {
        let kept: BTreeSet<&str> = selection
            .plugins
            .iter()
            .map(|plugin| plugin.id.as_str())
            .collect();
        let sql = "SELECT plugin_id FROM tenant_plugins WHERE tenant_id = $1";
        for row in self.fetch(sql, &[tenant(id)]).await? {
            let plugin = reading(&row, "tenant_plugins")
                .text("plugin_id")?
                .to_owned();
            if !kept.contains(plugin.as_str()) {
                let sql = "DELETE FROM tenant_plugins WHERE tenant_id = $1 AND plugin_id = $2";
                self.run(sql, &[tenant(id), plugin.into()]).await?;
            }
        }
        Ok(())
    }

    async fn set_template(
        &mut self,
        id: TenantId,
        selection: &Selection,
        now: Timestamp,
    ) -> Result<()> {
        let template = selection
            .plugins
            .iter()
            .find(|plugin| plugin.layer == Layer::Template);
        let of = |part: Option<String>| Parameter::from(part);
        let sql = "UPDATE tenants SET template_id = $2, template_version = $3, updated_at = $4 WHERE id = $1";
        let parameters = [
            tenant(id),
            of(template.map(|plugin| plugin.id.to_string())),
            of(template.map(|plugin| plugin.version.to_string())),
            now.into(),
        ];
        let changed = self.run(sql, &parameters).await?;
        demand_known(changed, id)
    }
}

fn parse(row: &Row) -> Result<SelectedPlugin> {
    let row = reading(row, "tenant_plugins");
    let settings = match row.text_if_any("settings")? {
        Some(_) => Some(row.json("settings")?),
        None => None,
    };
    Ok(SelectedPlugin {
        plugin: LockedPlugin {
            id: row.parse("plugin_id")?,
            version: row.parse("version")?,
            layer: row.parse("layer")?,
            component: row.parse("component")?,
        },
        settings,
        activated_at: row.time("activated_at")?,
        activated_by: row.text("activated_by")?.to_owned(),
    })
}
