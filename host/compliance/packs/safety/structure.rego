# What tables look like after the plan: keys, indexes, references. Only tables that the plan makes or
# changes are judged, but for references, which must always point at something of the tenant's own.
package strata

import rego.v1

finding(code, severity, object, message, fix) := {
	"code": code,
	"severity": severity,
	"object": object,
	"message": message,
	"fix": fix,
}

changed_tables contains name if {
	some name, table in input.after.tables
	not is_as_before(name, table)
}

is_as_before(name, table) if input.before.tables[name] == table

findings contains found if {
	some name in changed_tables
	count(input.after.tables[name].primary_key) == 0
	found := finding(
		"safety.primary_key_missing", "error", name,
		sprintf("table `%s` has no primary key", [name]),
		"give it one, best an `id`",
	)
}

findings contains found if {
	some name in changed_tables
	table := input.after.tables[name]
	some key in table.foreign_keys
	not is_indexed(table, key.columns)
	found := finding(
		"safety.foreign_key_unindexed", "warning", concat(".", [name, key.name]),
		sprintf("no index of `%s` begins with the columns of foreign key `%s`", [name, key.name]),
		sprintf("create an index on (%s): without one, deleting a row of `%s` reads all of `%s`", [
			concat(", ", key.columns), key.references_table, name,
		]),
	)
}

is_indexed(table, columns) if begins_with(table.primary_key, columns)

is_indexed(table, columns) if {
	some index in table.indexes
	not index.filter
	begins_with([column.name | some column in index.columns], columns)
}

begins_with(list, columns) if {
	first := {column | some column in array.slice(list, 0, count(columns))}
	first == {column | some column in columns}
}

findings contains found if {
	some name, table in input.after.tables
	some key in table.foreign_keys
	not input.after.tables[key.references_table]
	found := finding(
		"safety.cross_database", "error", concat(".", [name, key.name]),
		sprintf("foreign key `%s` of `%s` refers to `%s`, which is not in the tenant's database", [
			key.name, name, key.references_table,
		]),
		"refer to a table of the same tenant, or keep the other's identifier without a foreign key",
	)
}
