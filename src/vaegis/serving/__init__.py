"""A registered model answered for where no torch is installed: its ONNX form, and a server over HTTP."""
