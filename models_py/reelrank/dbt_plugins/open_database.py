"""Named in profiles.yml: dbt says in words why it cannot open the database, without a traceback."""

from pathlib import Path

import duckdb
from dbt.adapters.duckdb.plugins import BasePlugin
from dbt_common.exceptions import DbtRuntimeError

from reelrank.warehouse.connection import explain_open_error


class Plugin(BasePlugin):
    """Attaches the database before dbt does, whose `attach if not exists` then has nothing to do.

    dbt-duckdb looks for a class of this name: https://github.com/duckdb/dbt-duckdb#plugins
    """

    def configure_connection(self, conn: duckdb.DuckDBPyConnection) -> None:
        """Attach what the profile names; a database that is in use is told with its holder."""
        for attachment in self.creds.attach or []:
            try:
                conn.execute(attachment.to_sql())
            except duckdb.Error as error:
                told = explain_open_error(error, Path(attachment.path))
                raise DbtRuntimeError(str(told)) from error
