# How long records are kept (CMP-02), and that the audit trail stays as it was written.
#
# What counts is what the plugin declares that made the table: the core keeps rows by that, and refuses migrations that would
# delete them. This pack sees that it is declared, and long enough.
package strata

import rego.v1

# Where nothing is laid down, the longest applies (CON-57).
years_kept := {
	"financial_reports": 7,
	"donation_records": 7,
	"election_expenditures": 10,
	"member_registrations": 10,
	"audit_trails": 10,
}

# What is declared about the tables that stand: table, years; 0 is nothing.
declared contains [entry.table, object.get(entry, "retention_years", 0)] if {
	some plugin in input.plugins
	some entry in plugin.classification
	input.after.owners[entry.table] == plugin.id
}

is_declared(table) if {
	some entry in declared
	entry[0] == table
	entry[1] > 0
}

findings contains found if {
	some table, years in years_kept
	input.after.tables[table]
	not is_declared(table)
	found := finding(
		"ec.retention_undeclared", "error", table,
		sprintf("nothing declares how long the rows of `%s` are kept; the Election Commission asks for %d years", [table, years]),
		sprintf("write `retention_years = %d` into the table's `classification`, in the manifest of the plugin that makes it", [years]),
	)
}

findings contains found if {
	some table, years in years_kept
	input.after.tables[table]
	some [named, said] in declared
	named == table
	said > 0
	said < years
	found := finding(
		"ec.retention_too_short", "error", table,
		sprintf("the rows of `%s` are kept for %d years; the Election Commission asks for %d", [table, said, years]),
		sprintf("write `retention_years = %d` into the table's `classification`", [years]),
	)
}

findings contains found if {
	some [table, years] in declared
	years == 0
	not years_kept[table]
	input.after.tables[table]
	not is_declared(table)
	found := finding(
		"ec.retention_assumed", "note", table,
		sprintf("nothing declares how long the rows of `%s` are kept; until the Election Commission says otherwise, keep them 10 years", [table]),
		"declare the years in the table's `classification`: only what is declared is kept from migrations",
	)
}

findings contains found if {
	some table, _ in years_kept
	some key in input.after.tables[table].foreign_keys
	key.on_delete == "cascade"
	found := finding(
		"ec.record_cascades", "error", concat(".", [table, key.name]),
		sprintf("rows of `%s`, which must be kept, would go when the row of `%s` goes that they refer to", [
			table, key.references_table,
		]),
		"let the foreign key restrict deletion",
	)
}

findings contains found if {
	table := input.after.tables.audit_trails
	not table.append_only
	found := finding(
		"ec.audit_rewritable", "error", table.name,
		"the rows of the audit trail could be changed or removed after they were written",
		"make the table append-only",
	)
}
