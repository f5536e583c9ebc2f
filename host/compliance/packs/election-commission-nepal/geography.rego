# The seven provinces and 77 districts of Nepal (CMP-09, CMP-10).
#
# Rows are seen only while a plan enters them. Of those that stood before, nothing is claimed.
package strata

import rego.v1

number_of := {"provinces": 7, "districts": 77}

province_codes := {"1", "2", "3", "4", "5", "6", "7"}

changes contains [step.migration, operation] if {
	some step in input.plan.steps
	some operation in step.operations
}

# The texts that the plan enters into a column.
entered(table, column) := {value |
	some change in changes
	change[1].operation == "insert-rows"
	change[1].table == table
	some n, name in change[1].columns
	name == column
	some row in change[1].rows
	value := row[n].text
}

is_made(table) if {
	input.after.tables[table]
	not input.before.tables[table]
}

hides_rows(table) if {
	some change in changes
	change[1].operation == "run-sql"
	table in change[1].touches
}

findings contains found if {
	is_made("provinces")
	there := count(entered("provinces", "code"))
	there != number_of.provinces
	found := finding(
		"ec.provinces_incomplete", "error", "provinces",
		sprintf("Nepal has 7 provinces, and the plan enters %d", [there]),
		"enter the seven provinces, each with its code 1 to 7, where the table is made",
	)
}

findings contains found if {
	is_made("districts")
	there := count(entered("districts", "code"))
	there != number_of.districts
	found := finding(
		"ec.districts_incomplete", "error", "districts",
		sprintf("Nepal has 77 districts, and the plan enters %d", [there]),
		"enter all 77 districts, each with a code of its own, where the table is made",
	)
}

findings contains found if {
	some code in entered("provinces", "code")
	not code in province_codes
	found := finding(
		"ec.province_code_invalid", "error", "provinces.code",
		sprintf("the plan enters a province with the code `%s`; the codes are 1 to 7", [code]),
		"give the province its number",
	)
}

findings contains found if {
	some code in entered("districts", "code")
	count(code) != 4
	found := finding(
		"ec.district_code_invalid", "error", "districts.code",
		sprintf("the plan enters a district with the code `%s`; a code has four characters", [code]),
		"give the district a code of four characters",
	)
}

has_code_check("provinces") if {
	values := {value | some [table, column, value] in choosable; table == "provinces"; column == "code"}
	values == province_codes
}

has_code_check("districts") if demands_part("districts", "LENGTH(code) = 4")

findings contains found if {
	column_of("provinces", "code")
	not has_code_check("provinces")
	found := finding(
		"ec.province_code_unchecked", "error", "provinces.code",
		"`provinces.code` takes more than the numbers 1 to 7 of the provinces",
		"add the check `code IN ('1', '2', '3', '4', '5', '6', '7')`",
	)
}

findings contains found if {
	column_of("districts", "code")
	not has_code_check("districts")
	found := finding(
		"ec.district_code_unchecked", "error", "districts.code",
		"`districts.code` takes codes that do not have four characters",
		"add the check `LENGTH(code) = 4`",
	)
}

has_ward_check(table) if {
	some check in input.after.tables[table].checks
	contains(check.condition, "ward_number BETWEEN 1 AND ")
}

findings contains found if {
	some [table, "ward_number", _] in standing
	not has_ward_check(table)
	object := concat(".", [table, "ward_number"])
	found := finding(
		"ec.ward_unchecked", "error", object,
		sprintf("`%s` takes any number, and wards are counted from 1", [object]),
		"add the check `ward_number IS NULL OR ward_number BETWEEN 1 AND 33`",
	)
}

takes_away(operation) if operation.operation == "delete-rows"

takes_away(operation) if {
	operation.operation == "update-rows"
	some assignment in operation.assignments
	assignment.column == "code"
}

takes_away(operation) if {
	operation.operation == "backfill"
	operation.column == "code"
}

findings contains found if {
	some [migration, operation] in changes
	number_of[operation.table]
	takes_away(operation)
	found := finding(
		"ec.geography_changed", "error", operation.table,
		sprintf("migration `%s` takes rows of `%s` away or gives them other codes", [migration, operation.table]),
		"leave provinces and districts and their codes as they are; correct names by an update of the name",
	)
}

is_not_seen(table) if input.before.tables[table]

is_not_seen(table) if hides_rows(table)

findings contains found if {
	some table, wanted in number_of
	input.after.tables[table]
	is_not_seen(table)
	found := finding(
		"ec.geography_not_seen", "note", table,
		sprintf("whether all %d rows are in `%s` was not judged: rows that stand already cannot be seen from a plan", [wanted, table]),
		"count the rows in the database",
	)
}
