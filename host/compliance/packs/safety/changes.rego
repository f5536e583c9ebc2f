# What the steps do to rows that are there. A table counts as filled when it is there before the plan.
package strata

import rego.v1

operations contains {"step": n, "place": m, "migration": step.migration, "is": operation} if {
	some n, step in input.plan.steps
	some m, operation in step.operations
}

# Where the values of a column are made anew: step, place, table, column.
written contains [made.step, made.place, made.is.table, made.is.column] if {
	some made in operations
	made.is.operation == "backfill"
}

written contains [made.step, made.place, made.is.table, assignment.column] if {
	some made in operations
	made.is.operation == "update-rows"
	some assignment in made.is.assignments
}

is_written_before(change) if {
	some [n, m, change.is.table, change.is.column] in written
	comes_before(n, m, change.step, change.place)
}

comes_before(n, _, step, _) if n < step

comes_before(n, m, step, place) if {
	n == step
	m < place
}

may_lose(step, object) if {
	some hazard in input.plan.steps[step].hazards
	hazard.kind == "may-lose-data"
	hazard.object == object
}

findings contains found if {
	some change in operations
	change.is.operation == "alter-column"
	change.is.change["set-type"]
	input.before.tables[change.is.table]
	object := concat(".", [change.is.table, change.is.column])
	may_lose(change.step, object)
	not is_written_before(change)
	found := finding(
		"safety.lossy_type_change", "error", object,
		sprintf("migration `%s` gives `%s` a type that its values may not fit", [change.migration, object]),
		"make the values fit first, with a backfill or an update of the column, or add a new column beside it",
	)
}

has_default(column) if object.get(column, "default", null) != null

# A new column that rows have to fill.
demands contains [change.migration, change.is.table, change.is.column.name] if {
	some change in operations
	change.is.operation == "add-column"
	input.before.tables[change.is.table]
	change.is.column.nullable == false
	not has_default(change.is.column)
}

# A column that was allowed to be null and no longer is.
demands contains [change.migration, change.is.table, change.is.column] if {
	some change in operations
	change.is.operation == "alter-column"
	change.is.change["set-nullable"] == false
	some column in input.before.tables[change.is.table].columns
	column.name == change.is.column
	column.nullable
	not is_written_before(change)
}

findings contains found if {
	some [migration, table, column] in demands
	object := concat(".", [table, column])
	found := finding(
		"safety.not_null_without_default", "error", object,
		sprintf("migration `%s` demands a value of `%s` in rows that are there already", [migration, object]),
		"give the column a default, or let it be null, fill it with a backfill, and forbid null after that",
	)
}

findings contains found if {
	some step in input.plan.steps
	some hazard in step.hazards
	hazard.kind == "deletes-data"
	not is_allowed(hazard.kind, hazard.object)
	found := finding(
		"safety.destructive_unnamed", "error", hazard.object,
		sprintf("migration `%s` deletes data of `%s`, which nobody allowed by name", [step.migration, hazard.object]),
		sprintf("allow `%s` by name when you plan, if it may go; take a snapshot first", [hazard.object]),
	)
}

is_allowed(kind, _) if kind in input.plan.allowed

is_allowed(_, object) if object in input.plan.allowed

is_allowed(_, object) if split(object, ".")[0] in input.plan.allowed

names_table := {"from", "join", "into", "update", "table", "references", "using"}

# The words of a statement, brackets and commas apart.
words(statement) := [word |
	breaks := ["\n", "\t", "\r", "(", ")", ",", ";"]
	some part in split(spaced(lower(statement), breaks), " ")
	word := part
	word != ""
]

spaced(text, breaks) := replace(replace(replace(replace(replace(replace(replace(text,
	breaks[0], " "), breaks[1], " "), breaks[2], " "), breaks[3], " ( "), breaks[4], " ) "), breaks[5], " , "), breaks[6], " ; ")

findings contains found if {
	some change in operations
	change.is.operation == "run-sql"
	some text in change.is.texts
	some statement in text.statements
	all_words := words(statement)
	some n, word in all_words
	word in names_table
	target := all_words[n + 1]
	contains(target, ".")

	# `from m.joined_on` within a function is a column of an alias, which stands somewhere on its own.
	not split(target, ".")[0] in all_words
	found := finding(
		"safety.cross_database", "error", change.migration,
		sprintf("raw SQL of migration `%s` names `%s`, which is not a plain table of the tenant", [
			change.migration, substring(target, 0, 100),
		]),
		"name the tenant's tables without a database or schema before them",
	)
}
