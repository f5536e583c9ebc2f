//! What instantiation makes: core instances, memories, tables.
//!
//! The limits are those of a call ([`crate::limiter`]) and of pooled memory ([`crate::engine`]); here they
//! are met before anything is compiled, and alike on machines with and without a pool.

use model::error::Result;
use wasmparser::Payload;

use crate::gate::invalid;
use crate::gate::structure::too_complex;
use crate::limits::{
    CORE_INSTANCES_MAX, INSTANCES_MAX, MEMORIES_MAX, MEMORY_BYTES_MAX, MODULE_PARTS_MAX,
    TABLE_ELEMENTS_MAX, TABLES_MAX, TABLES_OF_MODULE_MAX,
};

/// The size of a page of memory.
const PAGE_BYTES: u64 = 65_536;

/// What one instance of a module or component makes, with everything in it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Counts {
    /// Core instances as the compiler sees them, with bags of exports.
    parts: u64,
    /// Core instances of modules.
    instances: u64,
    memories: u64,
    tables: u64,
}

impl Counts {
    /// A module by itself.
    pub(super) const ONE_INSTANCE: Counts = Counts {
        parts: 1,
        instances: 1,
        memories: 0,
        tables: 0,
    };
    /// Something that costs the compiler and nobody else.
    pub(super) const ONE_PART: Counts = Counts {
        parts: 1,
        instances: 0,
        memories: 0,
        tables: 0,
    };

    /// Both together.
    pub(super) fn and(self, other: Counts) -> Counts {
        Counts {
            parts: self.parts.saturating_add(other.parts),
            instances: self.instances.saturating_add(other.instances),
            memories: self.memories.saturating_add(other.memories),
            tables: self.tables.saturating_add(other.tables),
        }
    }

    /// Refuses more than a call may have.
    pub(super) fn check(self) -> Result<()> {
        for (count, most, what) in [
            (
                self.parts,
                CORE_INSTANCES_MAX,
                "core instances and bags of exports",
            ),
            (
                self.instances,
                u64::from(INSTANCES_MAX),
                "instances of modules",
            ),
            (self.memories, u64::from(MEMORIES_MAX), "memories"),
            (self.tables, u64::from(TABLES_MAX), "tables"),
        ] {
            if count > most {
                return Err(too_complex(format!(
                    "makes more than {most} {what} when it is instantiated"
                )));
            }
        }
        Ok(())
    }
}

/// What a section of a module adds to its instances.
pub(super) fn defined(section: &Payload<'_>) -> Result<Counts> {
    let mut counts = Counts::default();
    match section {
        Payload::MemorySection(memories) => {
            counts.memories = u64::from(memories.count());
            if counts.memories > 1 {
                return Err(too_complex(
                    "has a module with more than one memory of its own".to_owned(),
                ));
            }
            for memory in memories.clone() {
                let memory = memory.map_err(|cause| invalid(&cause))?;
                if memory.initial.saturating_mul(PAGE_BYTES) > MEMORY_BYTES_MAX as u64 {
                    return Err(too_complex(format!(
                        "begins with more than {MEMORY_BYTES_MAX} bytes of memory"
                    )));
                }
            }
        }
        Payload::TableSection(tables) => {
            counts.tables = u64::from(tables.count());
            if tables.count() > TABLES_OF_MODULE_MAX {
                return Err(too_complex(format!(
                    "has a module with more than {TABLES_OF_MODULE_MAX} tables"
                )));
            }
            for table in tables.clone() {
                let table = table.map_err(|cause| invalid(&cause))?;
                if table.ty.initial > TABLE_ELEMENTS_MAX as u64 {
                    return Err(too_complex(format!(
                        "has a table of more than {TABLE_ELEMENTS_MAX} elements"
                    )));
                }
            }
        }
        Payload::GlobalSection(globals) if globals.count() > MODULE_PARTS_MAX => {
            return Err(too_complex(format!(
                "has a module with more than {MODULE_PARTS_MAX} globals"
            )));
        }
        Payload::ImportSection(imports) if imports.count() > MODULE_PARTS_MAX => {
            return Err(too_complex(format!(
                "has a module with more than {MODULE_PARTS_MAX} imports"
            )));
        }
        _ => {}
    }
    Ok(counts)
}
