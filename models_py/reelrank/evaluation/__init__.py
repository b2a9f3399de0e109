"""How good the models are: ranking metrics, intervals by bootstrap over users."""
