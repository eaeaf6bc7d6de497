"""What a teacher takes from the shelf: slides, exams and homework, minute plans, pages with tables that are computed."""
