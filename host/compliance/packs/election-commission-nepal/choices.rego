# What the Election Commission knows by a fixed list of words (CMP-11 to CMP-14): an enum, or a check that lists the words.
package strata

import rego.v1

lists := {
	"financial_reports": {"report_type": {"quarterly", "annual", "election"}},
	"election_commission_reports": {
		"report_type": {"quarterly", "annual", "election"},
		"status": {"draft", "submitted", "verified", "rejected"},
	},
	"political_parties": {"ec_status": {"active", "suspended", "cancelled"}},
	"citizen_validations": {"validation_status": {"pending", "verified", "rejected", "expired"}},
	"political_committees": {"level": {"central", "provincial", "district", "ward", "special"}},
}

# The texts that a column may hold: table, column, text.
choosable contains [table, column.name, value] if {
	some table, _ in demanded
	some column in input.after.tables[table].columns
	some value in column.column_type.values
}

choosable contains [table, column.name, value] if {
	some table, _ in demanded
	some column in input.after.tables[table].columns
	some check in input.after.tables[table].checks
	some value in listed(column.name, check.condition)
}

# The texts of a check that is `column IN ('a', 'b')` and nothing else.
listed(column, condition) := values if {
	startswith(condition, sprintf("%s IN ('", [column]))
	pieces := split(condition, "'")
	values := [piece | some n, piece in pieces; n % 2 == 1]
	condition == sprintf("%s IN ('%s')", [column, concat("', '", values)])
}

is_list(table, column) if {
	some choice in choosable
	choice[0] == table
	choice[1] == column
}

findings contains found if {
	some table, columns in lists
	some column, words in columns
	column_of(table, column)
	not is_list(table, column)
	object := concat(".", [table, column])
	found := finding(
		"ec.choice_open", "error", object,
		sprintf("`%s` takes any text, and the Election Commission knows only: %s", [object, concat(", ", sort(words))]),
		"make the column an enum of these texts, or add a check that lists them",
	)
}

findings contains found if {
	some table, columns in lists
	some column, words in columns
	is_list(table, column)
	some word in words
	not [table, column, word] in choosable
	object := concat(".", [table, column])
	found := finding(
		"ec.choice_missing", "error", object,
		sprintf("`%s` cannot hold `%s`, which the Election Commission knows", [object, word]),
		sprintf("allow the text `%s`", [word]),
	)
}

findings contains found if {
	some [table, column, word] in choosable
	words := lists[table][column]
	not word in words
	object := concat(".", [table, column])
	found := finding(
		"ec.choice_unknown", "error", object,
		sprintf("`%s` can hold `%s`, which the Election Commission does not know", [object, word]),
		sprintf("take the text away; the Election Commission knows: %s", [concat(", ", sort(words))]),
	)
}
