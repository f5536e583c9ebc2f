//! [`PluginEmitter`]: how `plan` calls plugins here: through the sandbox of `plugin`.

use model::Result;
use model::emission::Emission;
use plan::emitter::{Call, Down, Emitter};
use plugin::Host;

/// Calls components in the sandbox.
pub struct PluginEmitter<'a> {
    host: &'a Host,
}

impl<'a> PluginEmitter<'a> {
    /// Takes the sandbox's host.
    pub fn new(host: &'a Host) -> PluginEmitter<'a> {
        PluginEmitter { host }
    }
}

impl Emitter for PluginEmitter<'_> {
    fn up(&self, call: Call<'_>) -> Result<Emission> {
        let outcome = self.host.load(call.component)?.up(&question(&call))?;
        tell(&outcome.log, &call);
        Ok(outcome.value)
    }

    fn down(&self, call: Call<'_>) -> Result<Down> {
        let outcome = self.host.load(call.component)?.down(&question(&call))?;
        tell(&outcome.log, &call);
        Ok((outcome.value.operations, outcome.value.reads))
    }
}

fn question<'a>(call: &Call<'a>) -> plugin::Call<'a> {
    plugin::Call {
        migration: call.migration,
        tenant: call.tenant,
        settings: call.settings,
        schema: call.schema,
    }
}

fn tell(log: &[plugin::LogLine], call: &Call<'_>) {
    for line in log {
        tracing::info!(target: "strata::plugin", migration = %call.migration, level = %line.level, "{}", line.message);
    }
}
