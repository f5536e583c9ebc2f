# What looks personal is classified, and what is classified says why, how long and how protected.
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

# Columns that a plugin classifies as personal: table, column.
personal contains [entry.table, column] if {
	some plugin in input.plugins
	some entry in plugin.classification
	some column in entry.personal
}

# `home_phone_number` looks like `phone_number`: what it ends with, word by word, is asked for.
looks_personal(column) if {
	parts := split(column, "_")
	some n, _ in parts
	concat("_", array.slice(parts, n, count(parts))) in data.options.personal_names
}

findings contains found if {
	some table in changed_tables
	some column in input.after.tables[table].columns
	looks_personal(column.name)
	not [table, column.name] in personal
	object := concat(".", [table, column.name])
	not object in data.options.not_personal
	found := finding(
		"privacy.unclassified", "error", object,
		sprintf("`%s` has the name of personal data, and no plugin classifies it", [object]),
		"list the column as `personal` under `classification` in the plugin's manifest, or as `not_personal` in the pack's options",
	)
}

# Classified tables that there are: plugin, table, the classification.
entries contains [plugin.id, entry] if {
	some plugin in input.plugins
	some entry in plugin.classification
	count(entry.personal) > 0
	input.after.tables[entry.table]
}

has_purpose(entry) if trim_space(entry.purpose) != ""

findings contains found if {
	some [plugin, entry] in entries
	not has_purpose(entry)
	found := finding(
		"privacy.purpose_missing", "error", entry.table,
		sprintf("plugin `%s` keeps personal data in `%s` and does not say what for", [plugin, entry.table]),
		"write a `purpose` into the table's `classification`",
	)
}

findings contains found if {
	some [plugin, entry] in entries
	not entry.retention_years
	found := finding(
		"privacy.retention_missing", "warning", entry.table,
		sprintf("plugin `%s` keeps personal data in `%s` and does not say how long", [plugin, entry.table]),
		"write `retention_years` into the table's `classification`",
	)
}

findings contains found if {
	some [plugin, entry] in entries
	not entry.protection
	found := finding(
		"privacy.protection_missing", "warning", entry.table,
		sprintf("plugin `%s` keeps personal data in `%s` and does not say how it is protected", [plugin, entry.table]),
		"write `protection` into the table's `classification`: access, encrypted, hashed or reference",
	)
}
