"""Which engine does long work: a Dask cluster where one is named, this server otherwise."""

import logging
import os

from ui.work.engine import Engine, Here

log = logging.getLogger("basin")
SETTING = "BASIN_SCHEDULER"  # the address of a Dask scheduler, tcp://…


def chosen() -> Engine:
    """The one that the setting asks for."""
    address = os.environ.get(SETTING)
    if not address:
        return Here()
    try:
        from ui.work.cluster import Cluster
    except ImportError as why:
        log.warning("%s is set, but requirements-cluster.txt is not installed: %s", SETTING, why)
        return Here()
    return Cluster(address)
