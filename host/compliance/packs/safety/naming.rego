# Names of new tables and columns. What every database takes as a name is checked elsewhere; this is what
# people trip over.
package strata

import rego.v1

new_names contains [name, name] if {
	some name, _ in input.after.tables
	not input.before.tables[name]
}

new_names contains [concat(".", [table, column.name]), column.name] if {
	some table in changed_tables
	some column in input.after.tables[table].columns
	not column.name in {old.name | some old in input.before.tables[table].columns}
}

findings contains found if {
	some [object, name] in new_names
	name in data.options.reserved_names
	found := finding(
		"safety.name_reserved", "warning", object,
		sprintf("`%s` has the name of a word of SQL", [object]),
		"choose another name: this one has to be quoted in every query that is written by hand",
	)
}

findings contains found if {
	some [object, name] in new_names
	is_misshapen(name)
	found := finding(
		"safety.name_shape", "warning", object,
		sprintf("`%s` is easily misread: underscores divide words, once each", [object]),
		"use single underscores between words; two only after the id of the plugin that adds a column",
	)
}

is_misshapen(name) if startswith(name, "_")

is_misshapen(name) if endswith(name, "_")

is_misshapen(name) if {
	parts := split(name, "__")
	count(parts) > 1
	not is_of_plugin(parts)
}

is_of_plugin(parts) if {
	count(parts) == 2
	parts[0] in {plugin.id | some plugin in input.plugins}
}
