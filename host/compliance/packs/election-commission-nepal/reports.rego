# When something is reported: fiscal years as the documents write them, and one report a fiscal year, type and period (DEF-77).
#
# A check is judged by its text, which Strata writes in one way. What is not read as such a check counts as none.
package strata

import rego.v1

reports := {"financial_reports", "election_commission_reports"}

report_key := {"fiscal_year", "report_type", "period"}

# The parts of a condition that must all hold; none when that cannot be read off its text.
parts_of(condition) := split(condition, " AND ") if {
	not contains(condition, " OR ")
	not contains(condition, "NOT ")
}

demands_part(table, part) if {
	some check in input.after.tables[table].checks
	part in parts_of(check.condition)
}

quoted_years := {sprintf("'%s'", [year]) | some year in right_years}

# `BETWEEN` has an AND of its own: its upper end is the next part.
demands_range(table, column) if {
	some check in input.after.tables[table].checks
	parts := parts_of(check.condition)
	some n, part in parts
	start := sprintf("%s BETWEEN ", [column])
	startswith(part, start)
	trim_prefix(part, start) in quoted_years
	parts[n + 1] in quoted_years
}

is_formed(table, column) if {
	demands_part(table, sprintf("LENGTH(%s) = 9", [column]))
	demands_range(table, column)
}

# Where the fiscal years of a table come from: the table of years, the column of its code.
years_of(table) := [key.references_table, key.references_columns[0]] if {
	some key in input.after.tables[table].foreign_keys
	key.columns == ["fiscal_year"]
}

# Where the form of a table's fiscal years is checked: table, column.
formed_at contains [table, [table, "fiscal_year"]] if {
	some [table, "fiscal_year", _] in standing
	is_formed(table, "fiscal_year")
}

formed_at contains [table, source] if {
	some [table, "fiscal_year", _] in standing
	source := years_of(table)
	is_formed(source[0], source[1])
}

has_fiscal_form(table) if {
	some place in formed_at
	place[0] == table
}

findings contains found if {
	some [table, "fiscal_year", _] in standing
	not has_fiscal_form(table)
	object := concat(".", [table, "fiscal_year"])
	found := finding(
		"ec.fiscal_year_unchecked", "error", object,
		sprintf("`%s` takes any text, and a fiscal year is written as `2080-2081` (Bikram Sambat)", [object]),
		"refer to a table of fiscal years whose code has the check `LENGTH(code) = 9 AND code BETWEEN '2000-2001' AND '2199-2200'`, or put such a check on the column",
	)
}

# The years that the plan enters: table, code.
entered_years contains [source[0], code] if {
	some [table, "fiscal_year", _] in standing
	source := years_of(table)
	some code in entered(source[0], source[1])
}

right_years := {sprintf("%d-%d", [year, year + 1]) | some year in numbers.range(2000, 2199)}

findings contains found if {
	some [table, code] in entered_years
	not code in right_years
	found := finding(
		"ec.fiscal_year_invalid", "error", table,
		sprintf("the plan enters the fiscal year `%s`, and one is written as `2080-2081`: a year and the one after it", [code]),
		"write both years of Bikram Sambat with four digits each",
	)
}

# The columns of each key of a table of reports.
keys_of(table) := [names |
	some index in input.after.tables[table].indexes
	index.unique
	not index.filter
	names := {part.name | some part in index.columns}
]

has_report_key(table) if report_key in keys_of(table)

# One that the period is not part of.
is_too_narrow(names) if {
	not "period" in names
	count([name | some name in names; not name in report_key]) == 0
}

findings contains found if {
	some table in reports
	input.after.tables[table]
	not has_report_key(table)
	found := finding(
		"ec.report_key_wrong", "error", table,
		sprintf("nothing keeps two reports of one fiscal year, type and period apart in `%s`", [table]),
		"create a unique index on (fiscal_year, report_type, period)",
	)
}

findings contains found if {
	some table in reports
	some names in keys_of(table)
	is_too_narrow(names)
	found := finding(
		"ec.report_key_wrong", "error", table,
		sprintf("a key of `%s` leaves out the period, so that a second quarter could not be reported", [table]),
		"drop the unique index and create one on (fiscal_year, report_type, period)",
	)
}

says_period(condition) if {
	contains(condition, "report_type = 'quarterly'")
	contains(condition, "report_type = 'annual'")
	contains(condition, "report_type = 'election'")
	contains(condition, "period IN ('Q1', 'Q2', 'Q3', 'Q4')")
}

has_period_check(table) if {
	some check in input.after.tables[table].checks
	says_period(check.condition)
}

findings contains found if {
	some table in reports
	column_of(table, "period")
	not has_period_check(table)
	object := concat(".", [table, "period"])
	found := finding(
		"ec.period_unchecked", "error", object,
		sprintf("`%s` takes any text: a quarterly report is of Q1, Q2, Q3 or Q4, an annual one of the year, an election report of its election", [object]),
		"add a check that says for each type of report which periods it has",
	)
}
