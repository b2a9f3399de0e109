"""What profiles.yml names: functions and messages that dbt does not bring."""
