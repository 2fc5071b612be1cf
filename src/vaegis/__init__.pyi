from vaegis.api import fit as fit
from vaegis.api import load as load
from vaegis.api import rank as rank
from vaegis.estimator import TableVAE as TableVAE

__version__: str
__all__ = ["TableVAE", "__version__", "fit", "load", "rank"]
