from vaegis.api import fit as fit
from vaegis.api import load as load

__version__: str
__all__ = ["__version__", "fit", "load"]
