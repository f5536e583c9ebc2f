//! Components made by hand: what no tool would make.

use wasm_encoder::{
    Alias, CanonicalFunctionSection, CanonicalOption, CodeSection, Component,
    ComponentAliasSection, ComponentExportKind, ComponentInstanceSection, ComponentSectionId,
    ComponentTypeSection, ExportKind, ExportSection, Function, FunctionSection, InstanceSection,
    Instruction, MemorySection, MemoryType, Module, ModuleArg, ModuleSection,
    NestedComponentSection, RawSection, TypeSection, ValType,
};

/// A module with one function of this body, exported as `f`.
pub(crate) fn module(locals: u32, body: &[Instruction<'_>]) -> Module {
    let mut module = Module::new();
    let mut types = TypeSection::new();
    types.ty().function([], []);
    let mut functions = FunctionSection::new();
    functions.function(0);
    let mut exports = ExportSection::new();
    exports.export("f", ExportKind::Func, 0);
    let mut function = Function::new([(locals, ValType::I32)]);
    for instruction in body {
        function.instruction(instruction);
    }
    function.instruction(&Instruction::End);
    let mut code = CodeSection::new();
    code.function(&function);
    module
        .section(&types)
        .section(&functions)
        .section(&exports)
        .section(&code);
    module
}

/// A component that holds a module and does not use it.
pub(crate) fn holding(module: &Module) -> Vec<u8> {
    let mut component = Component::new();
    component.section(&ModuleSection(module));
    component.finish()
}

/// `loops` loops, each in the one before.
pub(crate) fn nested_loops(loops: usize) -> Vec<Instruction<'static>> {
    let mut body = vec![Instruction::Loop(wasm_encoder::BlockType::Empty); loops];
    body.extend(vec![Instruction::End; loops]);
    body
}

/// A module that has a memory of this type.
pub(crate) fn module_with_memory(memory: MemoryType) -> Module {
    let mut module = Module::new();
    let mut memories = MemorySection::new();
    memories.memory(memory);
    module.section(&memories);
    module
}

/// A component that instantiates a module `times` times.
pub(crate) fn instantiating(module: &Module, times: usize) -> Vec<u8> {
    let mut component = Component::new();
    component.section(&ModuleSection(module));
    let mut instances = InstanceSection::new();
    for _ in 0..times {
        instances.instantiate::<[(&str, ModuleArg); 0], &str>(0, []);
    }
    component.section(&instances);
    component.finish()
}

/// Components in components, each instantiating the inner one `times` times; the innermost instantiates
/// a module.
pub(crate) fn instantiation_bomb(depth: usize, times: usize) -> Vec<u8> {
    bomb(depth, times).finish()
}

fn bomb(depth: usize, times: usize) -> Component {
    let mut component = Component::new();
    if depth == 1 {
        component.section(&ModuleSection(&module(0, &[])));
        let mut instances = InstanceSection::new();
        for _ in 0..times {
            instances.instantiate::<[(&str, ModuleArg); 0], &str>(0, []);
        }
        component.section(&instances);
        return component;
    }
    component.section(&NestedComponentSection(&bomb(depth - 1, times)));
    let mut instances = ComponentInstanceSection::new();
    for _ in 0..times {
        instances.instantiate::<[(&str, ComponentExportKind, u32); 0], &str>(0, []);
    }
    component.section(&instances);
    component
}

/// A component that lifts a function with texts in UTF-16.
pub(crate) fn with_utf16() -> Vec<u8> {
    let mut component = Component::new();
    component.section(&ModuleSection(&module(0, &[])));
    let mut instances = InstanceSection::new();
    instances.instantiate::<[(&str, ModuleArg); 0], &str>(0, []);
    component.section(&instances);
    let mut aliases = ComponentAliasSection::new();
    aliases.alias(Alias::CoreInstanceExport {
        instance: 0,
        kind: ExportKind::Func,
        name: "f",
    });
    component.section(&aliases);
    let mut types = ComponentTypeSection::new();
    types
        .function()
        .params([("", wasm_encoder::ComponentValType::Type(0)); 0])
        .result(None);
    component.section(&types);
    let mut functions = CanonicalFunctionSection::new();
    functions.lift(0, 0, [CanonicalOption::UTF16]);
    component.section(&functions);
    component.finish()
}

/// A component with a custom section at its end.
pub(crate) fn with_section(component: &[u8], name: &str, data: &[u8]) -> Vec<u8> {
    let mut section = Vec::new();
    wasm_encoder::Encode::encode(name, &mut section);
    section.extend_from_slice(data);
    let mut whole = component.to_vec();
    let raw = RawSection {
        id: ComponentSectionId::CoreCustom as u8,
        data: &section,
    };
    whole.push(raw.id);
    wasm_encoder::Encode::encode(&raw, &mut whole);
    whole
}

/// The bytes with every occurrence of a text replaced by one of the same length.
pub(crate) fn replaced(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let mut replaced = bytes.to_vec();
    let mut found = 0;
    let mut at = 0;
    while at + from.len() <= replaced.len() {
        if &replaced[at..at + from.len()] == from.as_bytes() {
            replaced[at..at + from.len()].copy_from_slice(to.as_bytes());
            found += 1;
        }
        at += 1;
    }
    assert!(found > 0, "`{from}` is not there");
    replaced
}
