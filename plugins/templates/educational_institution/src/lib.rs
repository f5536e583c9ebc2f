//! The template for educational institutions: students, courses, grades.

mod courses;
mod grading;
mod students;
#[cfg(test)]
mod tests;

use strata_sdk::prelude::*;

/// Schools, campuses and training centres.
#[strata_sdk::plugin(manifest = "plugin.toml")]
pub struct EducationalInstitution;

impl Plugin for EducationalInstitution {
    fn migrations(&self) -> Vec<Migration> {
        vec![
            Migration::new("001_create_student_tables", students::create),
            Migration::new("002_create_course_tables", courses::create),
            Migration::new("003_create_grading_tables", grading::create),
        ]
    }
}
