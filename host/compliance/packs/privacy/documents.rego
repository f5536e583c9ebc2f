# Citizenship papers, passports and the like are not kept in a plain JSON column that nobody classified.
package strata

import rego.v1

is_document(table, column) if {
	some word in data.options.document_words
	some name in [table, column]
	contains(name, word)
}

findings contains found if {
	some table in changed_tables
	some column in input.after.tables[table].columns
	column.column_type.type == "json"
	is_document(table, column.name)
	not [table, column.name] in personal
	object := concat(".", [table, column.name])
	found := finding(
		"privacy.document_in_json", "error", object,
		sprintf("`%s` would keep documents about people in a plain JSON column", [object]),
		"make a table with typed columns, keep a reference to an object store, or classify the column with its protection",
	)
}
