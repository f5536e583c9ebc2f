//! Names that the server chooses by itself.

use dialect::error::DIALECT_UNSUPPORTED;
use model::column_type::ColumnType as T;
use model::operation::{CreateIndex, CreateTable, RenameTable};
use model::{Operation, Schema};

use super::words::{index, name, nullable, table};
use super::world::{World, dialect, is_there};

#[tokio::test]
async fn a_name_that_the_server_chose_for_a_part_of_a_table_is_refused_while_planning() {
    if !is_there() {
        return;
    }
    let long = "a".repeat(60);
    let mut world = World::new().await;
    for table_name in ["plans", &long] {
        let columns = vec![nullable("a", T::Int)];
        let table = table(table_name, columns);
        world.apply(CreateTable { table }).await;
    }
    let chosen = "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace \
                  AND relkind IN ('S', 'i') ORDER BY 1";
    let chosen = world.query(chosen).await;
    assert_eq!(chosen.len(), 4);
    for taken in &chosen {
        let operations: [Operation; 3] = [
            CreateTable {
                table: table(taken, vec![]),
            }
            .into(),
            RenameTable {
                from: name("plans"),
                to: name(taken),
            }
            .into(),
            CreateIndex {
                table: name("plans"),
                index: index(taken, &["a"], false),
            }
            .into(),
        ];
        for operation in operations {
            demand_refused(&operation, &world.schema);
        }
    }
    let mut own = table("fees", vec![]);
    own.indexes.push(index("fees_pkey", &["id"], false));
    demand_refused(&CreateTable { table: own }.into(), &world.schema);
}

fn demand_refused(operation: &Operation, schema: &Schema) {
    let error = dialect().compile(operation, schema).unwrap_err();
    assert!(error.is(&DIALECT_UNSUPPORTED), "{operation}: {error:?}");
}
