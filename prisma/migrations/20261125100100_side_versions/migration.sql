-- Every page of a form asks whether a version of it was kept aside. Of hundreds of saves hardly one was: this index holds those alone.
CREATE INDEX form_revision_aside ON form_revision (form_id, revision) WHERE based_on < revision - 1;
