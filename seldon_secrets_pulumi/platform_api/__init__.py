"""Seldon Enterprise Platform's own API, as far as secrets go (seldon-deploy-sdk 2.4.0, `swagger-v1alpha1.yml`)."""
