-- The application's role owns nothing. :app is replaced by the quoted role name.
GRANT USAGE ON SCHEMA public TO :app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO :app;
REVOKE UPDATE, DELETE, TRUNCATE ON event, exam_version, grading_scheme FROM :app;
REVOKE UPDATE ON command FROM :app;
REVOKE UPDATE, DELETE, TRUNCATE ON form_revision, form_submission FROM :app;
REVOKE UPDATE, DELETE, TRUNCATE ON mending FROM :app;
REVOKE UPDATE, DELETE, TRUNCATE ON contact_change FROM :app;
REVOKE UPDATE, DELETE, TRUNCATE ON export_run, export_outcome, export_row FROM :app;
REVOKE UPDATE, DELETE, TRUNCATE ON anchor FROM :app;
REVOKE UPDATE, DELETE, TRUNCATE ON school_logo, school_look FROM :app;
REVOKE INSERT, UPDATE, DELETE ON _prisma_migrations FROM :app;
