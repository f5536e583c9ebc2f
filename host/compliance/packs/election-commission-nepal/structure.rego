# The tables that the Election Commission asks for, by what is in them: columns, their types, and whether a value is demanded.
# A table with the right name and nothing in it is no record (DEF-75).
package strata

import rego.v1

finding(code, severity, object, message, fix) := {
	"code": code,
	"severity": severity,
	"object": object,
	"message": message,
	"fix": fix,
}

# The five of CMP-01, then those that the other rules are about (CMP-09 to CMP-14). A kind that ends with `?` may be empty.
demanded := {
	"financial_reports": {
		"fiscal_year": "text", "report_type": "choice", "period": "text", "opening_balance": "amount",
		"total_income": "amount", "total_donations": "amount", "total_expenditure": "amount",
		"closing_balance": "amount", "status": "choice", "auditor_name": "text?", "audited_on": "day?",
	},
	"donation_records": {
		"receipt_number": "text", "fiscal_year": "text", "donated_on": "day", "donor_type": "choice",
		"donor_name": "text", "donor_address": "text?", "donor_pan": "text?", "amount": "amount",
		"payment_method": "choice",
	},
	"member_registrations": {
		"registration_number": "text", "member_id": "link", "fiscal_year": "text", "registration_type": "choice",
		"registered_on": "day", "citizenship_number": "text", "status": "choice",
	},
	"election_expenditures": {
		"voucher_number": "text", "fiscal_year": "text", "election_code": "text", "category": "choice",
		"description": "text", "amount": "amount", "spent_on": "day", "paid_to": "text",
	},
	"audit_trails": {
		"occurred_at": "moment", "actor": "text", "action": "choice", "subject_table": "text", "subject_id": "text",
		"old_values": "document?", "new_values": "document?",
	},
	"election_commission_reports": {
		"fiscal_year": "text", "report_type": "choice", "period": "text", "submission_deadline": "day",
		"submitted_date": "day?", "status": "choice", "ec_reference_number": "text?",
	},
	"political_parties": {
		"registration_number": "text", "established_date": "day", "chairperson_name": "text", "ec_status": "choice",
		"ec_registration_certificate": "text?", "ec_registration_date": "day?",
	},
	"political_committees": {
		"level": "choice", "name": "text", "name_np": "text", "parent_committee_id": "link?", "province_id": "link?",
		"district_id": "link?", "ward_number": "number?",
	},
	"citizen_validations": {
		"citizenship_number": "text", "validation_date": "day", "validation_status": "choice",
		"verified_by": "text?", "verified_at": "moment?",
	},
	"provinces": {"name": "text", "name_np": "text", "code": "choice"},
	"districts": {"name": "text", "name_np": "text", "code": "text", "province_id": "link"},
}

kinds := {
	"text": {"types": {"string", "text"}, "words": "text"},
	"choice": {"types": {"enum", "string", "text"}, "words": "one of a list of texts"},
	"amount": {"types": {"decimal"}, "words": "a decimal with two or more digits after the point"},
	"day": {"types": {"date"}, "words": "a date"},
	"moment": {"types": {"timestamptz"}, "words": "a moment with its time zone"},
	"number": {"types": {"smallint", "int", "bigint"}, "words": "a whole number"},
	"link": {"types": {"int", "bigint", "uuid"}, "words": "a reference to a row"},
	"document": {"types": {"json"}, "words": "JSON"},
}

# What identifies one thing, and so may not stand in two rows.
unique_columns := {
	"donation_records": {"receipt_number"},
	"member_registrations": {"registration_number"},
	"election_expenditures": {"voucher_number"},
	"political_parties": {"registration_number"},
	"citizen_validations": {"citizenship_number"},
	"provinces": {"code"},
	"districts": {"code"},
}

# The Election Commission gives these only after a party has registered (CMP-12).
given_later := {"political_parties": {"ec_registration_certificate", "ec_registration_date"}}

column_of(table, name) := column if {
	some column in input.after.tables[table].columns
	column.name == name
}

# The demanded columns that stand: table, column, kind.
standing contains [table, name, kind] if {
	some table, columns in demanded
	some name, kind in columns
	column_of(table, name)
}

fits(column, kind) if {
	column.column_type.type in kinds[kind].types
	kind != "amount"
}

fits(column, kind) if {
	kind == "amount"
	column.column_type.type == "decimal"
	column.column_type.scale >= 2
}

is_unique(table, name) if input.after.tables[table].primary_key == [name]

is_unique(table, name) if {
	some index in input.after.tables[table].indexes
	index.unique
	not index.filter
	[part.name | some part in index.columns] == [name]
}

findings contains found if {
	some table, _ in demanded
	not input.after.tables[table]
	found := finding(
		"ec.table_missing", "error", table,
		sprintf("the Election Commission requires the table `%s`, and there is none", [table]),
		"install the template `political_party_nepal`, which makes it, or make it with the columns that are required",
	)
}

findings contains found if {
	some table, columns in demanded
	input.after.tables[table]
	some name, kind in columns
	not column_of(table, name)
	object := concat(".", [table, name])
	found := finding(
		"ec.column_missing", "error", object,
		sprintf("the Election Commission requires `%s`, and table `%s` has no such column", [object, table]),
		sprintf("add the column; it holds %s", [kinds[trim_suffix(kind, "?")].words]),
	)
}

findings contains found if {
	some [table, name, kind] in standing
	column := column_of(table, name)
	wanted := trim_suffix(kind, "?")
	not fits(column, wanted)
	object := concat(".", [table, name])
	found := finding(
		"ec.column_type_wrong", "error", object,
		sprintf("`%s` must hold %s for the Election Commission, and is of type `%s`", [
			object, kinds[wanted].words, column.column_type.type,
		]),
		sprintf("give the column a type that holds %s", [kinds[wanted].words]),
	)
}

findings contains found if {
	some [table, name, kind] in standing
	not endswith(kind, "?")
	column_of(table, name).nullable
	object := concat(".", [table, name])
	found := finding(
		"ec.column_nullable", "error", object,
		sprintf("`%s` may be empty, and a record without it tells the Election Commission nothing", [object]),
		"fill the rows that have no value, then forbid null",
	)
}

findings contains found if {
	some table, names in given_later
	some name in names
	not column_of(table, name).nullable
	column_of(table, name)
	object := concat(".", [table, name])
	found := finding(
		"ec.column_demanded", "error", object,
		sprintf("`%s` may not be empty, but a party has it only once the Election Commission has registered it", [object]),
		"let the column be null",
	)
}

findings contains found if {
	some table, names in unique_columns
	some name in names
	column_of(table, name)
	not is_unique(table, name)
	object := concat(".", [table, name])
	found := finding(
		"ec.number_not_unique", "error", object,
		sprintf("`%s` names one record for the Election Commission, and two rows could have the same", [object]),
		sprintf("create a unique index on `%s` alone", [object]),
	)
}
