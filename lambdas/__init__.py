"""The code that runs in AWS Lambda: one package a stage, plus what stages share in `common`."""
