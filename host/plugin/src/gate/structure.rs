//! The shape of a component: nesting, counts, what its instantiation multiplies to, string encodings.
//!
//! It walks sections only; function bodies are judged by [`super::bodies`].
//!
//! Invariant: what instantiation makes is computed ([`super::counts`]), never built: nested components
//! instantiated k times at each level are inlined by the compiler, k to the power of the depth.

use model::error::{Error, Result};
use wasmparser::{
    CanonicalFunction, CanonicalOption, ComponentAlias, ComponentExternalKind, ComponentInstance,
    ComponentOuterAliasKind, Encoding, Instance, Parser, Payload,
};

use crate::contract::MANIFEST_SECTION;
use crate::gate::codes::{COMPONENT_INVALID, COMPONENT_TOO_COMPLEX};
use crate::gate::counts::{self, Counts};
use crate::gate::{bodies, invalid};
use crate::limits::{FUNCTIONS_MAX, MODULES_MAX, NESTING_MAX};

/// What a walk over a component finds.
#[derive(Default)]
pub(super) struct Found<'a> {
    /// The names of what the outermost component imports.
    pub(super) imports: Vec<&'a str>,
    /// The names of what the outermost component exports.
    pub(super) exports: Vec<&'a str>,
    /// The manifest sections, wherever they are.
    pub(super) manifests: Vec<&'a [u8]>,
}

/// A module or component that is being walked.
struct Level {
    is_component: bool,
    /// What one instance of it makes.
    makes: Counts,
    /// The same, of each component in this component's index space.
    components: Vec<Counts>,
    /// The same, of each module in this component's index space.
    modules: Vec<Counts>,
}

struct Walk<'a> {
    found: Found<'a>,
    levels: Vec<Level>,
    modules: usize,
    functions: u64,
}

/// Walks a valid component and refuses what is too complex to compile.
pub(super) fn walk(bytes: &[u8]) -> Result<Found<'_>> {
    let mut walk = Walk {
        found: Found::default(),
        levels: Vec::new(),
        modules: 0,
        functions: 0,
    };
    for payload in Parser::new(0).parse_all(bytes) {
        walk.payload(payload.map_err(|cause| invalid(&cause))?)?;
    }
    Ok(walk.found)
}

pub(super) fn too_complex(why: String) -> Error {
    Error::new(&COMPONENT_TOO_COMPLEX, format!("the component {why}"))
        .hint("compiling it could take this host's time or memory; no ordinary plugin comes near")
}

impl<'a> Walk<'a> {
    fn payload(&mut self, payload: Payload<'a>) -> Result<()> {
        match payload {
            Payload::Version { encoding, .. } => self.enter(encoding),
            Payload::End(_) => self.leave(),
            Payload::CustomSection(section) if section.name() == MANIFEST_SECTION => {
                self.found.manifests.push(section.data());
                Ok(())
            }
            Payload::CodeSectionEntry(body) => {
                self.functions += 1;
                if self.functions > FUNCTIONS_MAX {
                    return Err(too_complex(format!(
                        "has more than {FUNCTIONS_MAX} functions"
                    )));
                }
                bodies::check(&body)
            }
            Payload::MemorySection(_)
            | Payload::TableSection(_)
            | Payload::GlobalSection(_)
            | Payload::ImportSection(_) => {
                let defined = counts::defined(&payload)?;
                self.add(defined)
            }
            Payload::InstanceSection(instances) => {
                for instance in instances {
                    self.core_instance(&instance.map_err(|cause| invalid(&cause))?)?;
                }
                Ok(())
            }
            Payload::ComponentInstanceSection(instances) => {
                for instance in instances {
                    self.instance(&instance.map_err(|cause| invalid(&cause))?)?;
                }
                Ok(())
            }
            Payload::ComponentAliasSection(aliases) => {
                for alias in aliases {
                    self.alias(&alias.map_err(|cause| invalid(&cause))?)?;
                }
                Ok(())
            }
            Payload::ComponentCanonicalSection(functions) => {
                for function in functions {
                    check_encoding(&function.map_err(|cause| invalid(&cause))?)?;
                }
                Ok(())
            }
            Payload::ComponentImportSection(imports) => self.imports(imports),
            Payload::ComponentExportSection(exports) => self.exports(exports),
            Payload::ComponentStartSection { .. } => {
                Err(too_complex("has a start function of its own".to_owned()))
            }
            _ => Ok(()),
        }
    }

    fn enter(&mut self, encoding: Encoding) -> Result<()> {
        let is_component = encoding == Encoding::Component;
        if !is_component {
            self.modules += 1;
            if self.modules > MODULES_MAX {
                return Err(too_complex(format!("has more than {MODULES_MAX} modules")));
            }
        }
        let makes = if is_component {
            Counts::default()
        } else {
            Counts::ONE_INSTANCE
        };
        self.levels.push(Level {
            is_component,
            makes,
            components: Vec::new(),
            modules: Vec::new(),
        });
        if self
            .levels
            .iter()
            .filter(|level| level.is_component)
            .count()
            > NESTING_MAX
        {
            return Err(too_complex(format!(
                "nests components more than {NESTING_MAX} deep"
            )));
        }
        Ok(())
    }

    fn leave(&mut self) -> Result<()> {
        if let (Some(left), Some(outer)) = (self.levels.pop(), self.levels.last_mut()) {
            let space = if left.is_component {
                &mut outer.components
            } else {
                &mut outer.modules
            };
            space.push(left.makes);
        }
        Ok(())
    }

    fn add(&mut self, more: Counts) -> Result<()> {
        let Some(level) = self.levels.last_mut() else {
            return Ok(());
        };
        level.makes = level.makes.and(more);
        level.makes.check()
    }

    fn core_instance(&mut self, instance: &Instance<'_>) -> Result<()> {
        match instance {
            Instance::Instantiate { module_index, .. } => {
                let makes = self
                    .level(0)
                    .and_then(|level| level.modules.get(*module_index as usize));
                let makes = makes.copied().ok_or_else(|| not_counted("module"))?;
                self.add(makes)
            }
            Instance::FromExports(_) => self.add(Counts::ONE_PART),
        }
    }

    fn instance(&mut self, instance: &ComponentInstance<'_>) -> Result<()> {
        match instance {
            ComponentInstance::Instantiate {
                component_index, ..
            } => {
                let makes = self.component(0, *component_index)?;
                // An instance without a core instance costs the compiler too.
                self.add(makes.and(Counts::ONE_PART))
            }
            ComponentInstance::FromExports(_) => Ok(()),
        }
    }

    /// The component that is being walked, or one `outward` of it.
    fn level(&self, outward: u32) -> Option<&Level> {
        let at = self.levels.len().checked_sub(1 + outward as usize)?;
        self.levels.get(at)
    }

    /// What an instance of a component makes, `outward` levels out.
    fn component(&self, outward: u32, index: u32) -> Result<Counts> {
        let makes = self
            .level(outward)
            .and_then(|level| level.components.get(index as usize));
        makes.copied().ok_or_else(|| not_counted("component"))
    }

    fn alias(&mut self, alias: &ComponentAlias<'_>) -> Result<()> {
        match alias {
            ComponentAlias::Outer {
                kind: ComponentOuterAliasKind::Component,
                count,
                index,
            } => {
                let makes = self.component(*count, *index)?;
                if let Some(level) = self.levels.last_mut() {
                    level.components.push(makes);
                }
                Ok(())
            }
            ComponentAlias::Outer {
                kind: ComponentOuterAliasKind::CoreModule,
                count,
                index,
            } => {
                let makes = self
                    .level(*count)
                    .and_then(|level| level.modules.get(*index as usize));
                let makes = makes.copied().ok_or_else(|| not_counted("module"))?;
                if let Some(level) = self.levels.last_mut() {
                    level.modules.push(makes);
                }
                Ok(())
            }
            ComponentAlias::InstanceExport { kind, .. } => check_kind(*kind),
            _ => Ok(()),
        }
    }

    fn imports(&mut self, imports: wasmparser::ComponentImportSectionReader<'a>) -> Result<()> {
        let is_outermost = self.levels.len() == 1;
        for import in imports {
            let import = import.map_err(|cause| invalid(&cause))?;
            check_kind(import.ty.kind())?;
            if is_outermost {
                self.found.imports.push(import.name.name);
            }
        }
        Ok(())
    }

    fn exports(&mut self, exports: wasmparser::ComponentExportSectionReader<'a>) -> Result<()> {
        let is_outermost = self.levels.len() == 1;
        for export in exports {
            let export = export.map_err(|cause| invalid(&cause))?;
            check_kind(export.kind)?;
            if is_outermost {
                self.found.exports.push(export.name.name);
            }
        }
        Ok(())
    }
}

/// Refuses modules and components as values: what instances of them make cannot be counted.
fn check_kind(kind: ComponentExternalKind) -> Result<()> {
    match kind {
        ComponentExternalKind::Component => Err(not_counted("component")),
        ComponentExternalKind::Module => Err(not_counted("module")),
        _ => Ok(()),
    }
}

fn not_counted(what: &str) -> Error {
    too_complex(format!(
        "imports, exports or instantiates a {what} that is not in it"
    ))
}

/// Refuses texts that are not UTF-8 at a boundary: most sandbox flaws of transcoding were there.
fn check_encoding(function: &CanonicalFunction) -> Result<()> {
    let options = match function {
        CanonicalFunction::Lift { options, .. } | CanonicalFunction::Lower { options, .. } => {
            options
        }
        _ => return Ok(()),
    };
    let foreign = options.iter().any(|option| {
        matches!(
            option,
            CanonicalOption::UTF16 | CanonicalOption::CompactUTF16
        )
    });
    if foreign {
        return Err(Error::new(
            &COMPONENT_INVALID,
            "the component exchanges texts that are not UTF-8",
        )
        .hint("build it with the string encoding UTF-8"));
    }
    Ok(())
}
