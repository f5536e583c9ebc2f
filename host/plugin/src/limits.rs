//! Every limit on a component and on a call of it, each with its reason.
//!
//! They are constants, not configuration: the same plugin must pass or fail alike everywhere. What is
//! allowed to a *schema* is said in `model::operation::require`.
//!
//! Invariant: a limit that a guest can meet is met deterministically (fuel, counts, bytes); the wall
//! clock is only the net below.

use std::time::Duration;

// The file.

/// The largest component in bytes: fifty times a Rust plugin, and less than a second of validation.
pub const COMPONENT_BYTES_MAX: usize = 8 * 1024 * 1024;
/// The deepest nesting of components: real tools make two levels.
pub const NESTING_MAX: usize = 4;
/// The most core modules in a component: a componentized CPython has 38.
pub const MODULES_MAX: usize = 64;
/// The most core instances after all nested components are instantiated: each level multiplies, and
/// 544 bytes can ask for 100 000; a componentized CPython has 108.
pub const CORE_INSTANCES_MAX: u64 = 512;
/// The most imports of one module and the most globals it defines: each takes room in the memory that is
/// set aside for an instance, and real modules have dozens.
pub const MODULE_PARTS_MAX: u32 = 10_000;
/// The most functions in all modules together: what the compiler does in seconds.
pub const FUNCTIONS_MAX: u64 = 50_000;
/// The largest function body in bytes: the largest real one is CPython's 427 KB.
pub const BODY_BYTES_MAX: usize = 512 * 1024;
/// The most locals of a function: register allocation is super-linear in them; real ones have 271.
pub const LOCALS_MAX: u64 = 1_000;
/// The most of nesting depth times locals, summed over the loops of a function: 5.7 KB of nested loops
/// over 500 locals keep the compiler busy for fifteen seconds.
pub const LOOP_WEIGHT_MAX: u64 = 20_000;

// Compilation.

/// Processor seconds of one compilation, kept by the kernel.
pub const COMPILE_CPU_SECONDS: u64 = 60;
/// Address space of the compiling process: a hostile function makes the compiler take gigabytes.
pub const COMPILE_ADDRESS_SPACE_BYTES: u64 = 4 * 1024 * 1024 * 1024;
/// Stack of the compiling thread: the compiler recurses over the nesting of its input.
pub const COMPILE_STACK_BYTES: usize = 64 * 1024 * 1024;
/// Wall-clock time of one compilation: the processor limit with room for a busy machine.
pub const COMPILE_WALL: Duration = Duration::from_secs(90);
/// The largest precompiled code: compiled code is four to eight times its component.
pub const COMPILED_BYTES_MAX: u64 = 128 * 1024 * 1024;
/// How much of what the compiling process says is kept.
pub const COMPILE_MESSAGE_BYTES_MAX: u64 = 4 * 1024;

// One call: the verdict.

/// Fuel of one call: about one instruction each. A plan of a thousand operations takes four million,
/// and all of it burns in about a fifth of a second.
pub const FUEL: u64 = 1_000_000_000;
/// Fuel per page when memory grows: zeroing a page costs about this many instructions.
pub const FUEL_PER_PAGE: u8 = 255;
/// All memories of one call together: a plan of ten thousand operations takes a tenth.
pub const MEMORY_BYTES_MAX: usize = 64 * 1024 * 1024;
/// The most memories of one call.
pub const MEMORIES_MAX: u32 = 4;
/// The most tables of one call.
pub const TABLES_MAX: u32 = 16;
/// The most tables of one module: tools make one or two.
pub const TABLES_OF_MODULE_MAX: u32 = 4;
/// The most elements of one table: JavaScript and Python engines need 7 690.
pub const TABLE_ELEMENTS_MAX: usize = 20_000;
/// The most core instances of one call; pooled memory is set aside for each.
pub const INSTANCES_MAX: u32 = 64;
/// The stack of a guest: deep enough for real ones, and it leaves three quarters of a thread's two
/// megabytes to the host.
pub const STACK_BYTES: usize = 512 * 1024;
/// How many bytes one result or one argument may make the host allocate: pointers in a guest can be
/// aliased, so that four megabytes of guest memory ask for hundreds in the host.
pub const HOST_CALL_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Handles that a guest may hold: it is lent one.
pub const HANDLES_MAX: usize = 64;
/// Calls into the host: they cost no fuel.
pub const HOST_CALLS_MAX: u64 = 100_000;
/// Different questions: each is remembered with its answer.
pub const READS_MAX: usize = 10_000;
/// The longest question (a name, a key) in bytes: it is remembered.
pub const QUESTION_BYTES_MAX: usize = 1_024;
/// Parts of definitions (columns, indexes, keys, checks, names) lent in one call: the host builds each
/// again for every question.
pub const LENT_PARTS_MAX: usize = 500_000;
/// The most names in one page of `table-names`.
pub const PAGE_NAMES_MAX: u32 = 1_000;

// One call: the net.

/// How often the clock ticks for running guests.
pub const TICK: Duration = Duration::from_millis(10);
/// Ticks until a call is stopped, five seconds: twenty times what its fuel takes, so that only calls
/// that wait or copy meet it.
pub const TICKS_MAX: u64 = 500;
/// Calls that run at the same time; memory is pooled for so many.
pub const CALLS_AT_ONCE_MAX: u32 = 32;

// The log of a call.

/// The most lines; later ones are dropped.
pub const LOG_LINES_MAX: usize = 200;
/// The most bytes of all lines; what does not fit is dropped.
pub const LOG_BYTES_MAX: usize = 64 * 1024;
/// The most characters of one line; the rest is cut.
pub const LOG_LINE_CHARS_MAX: usize = 2_000;
/// How many of the last lines go into an error.
pub const LOG_LINES_IN_ERROR: usize = 5;

// What a call gives back.

/// The most operations of one migration: more is no longer read by anybody.
pub const OPERATIONS_MAX: usize = 10_000;
/// The longest text or byte string, anywhere in an operation.
pub const TEXT_BYTES_MAX: usize = 64 * 1024;
/// All texts of one result together, after conversion.
pub const RESULT_BYTES_MAX: usize = 8 * 1024 * 1024;
/// The most items of any list inside an operation.
pub const LIST_ITEMS_MAX: usize = 10_000;

// The host.

/// Loaded components that are kept; the oldest catalogues are far smaller.
pub const LOADED_MAX: usize = 256;
